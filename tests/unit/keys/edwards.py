"""Points of small order on edwards25519, worked out from the curve's equation alone.

Nothing here is taken from the code under test: RFC 8032, 5.1, gives p, d and the order.
"""

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """Add two points: the complete law of a twisted Edwards curve with a = -1."""
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P)
    return x % P, y % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point by doubling and adding."""
    total = (0, 1)
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def point_at(y: int) -> Point | None:
    """Return a point with that y, or None where the curve has none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, root * pow(2, (P - 1) // 4, P) % P):
        if x * x % P == square:
            return x, y
    return None


def small_order_points() -> set[Point]:
    """Return the eight points of small order: the multiples of one of order eight."""
    for y in range(2, 100):
        point = point_at(y)
        if point is not None:
            torsion = times(L, point)
            found = {times(factor, torsion) for factor in range(8)}
            if len(found) == 8:
                return found
    raise AssertionError


def small_order_encodings() -> set[bytes]:
    """Return every 32 bytes that a lax reader takes for one of these points.

    Lax: y may be given as y + p where that fits, and the sign may be set though x is zero.
    """
    found = set()
    for x, y in small_order_points():
        signs = (0, 1) if x == 0 else (x & 1,)
        for written in (y, y + P):
            if written < 2**255:
                found |= {(written | sign << 255).to_bytes(32, "little") for sign in signs}
    return found
