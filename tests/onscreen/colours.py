"""Fill the screen with known colours; say "up" when they show; end with standard input."""

import sys
import tkinter as tk

GROUND = "#20262e"
SHAPES = (
    # colour, left, top, right, bottom: parts of the screen in hundredths
    ("#e01b24", 0, 0, 12, 12),
    ("#33d17a", 88, 0, 100, 12),
    ("#3584e4", 0, 88, 12, 100),
    ("#f6d32d", 88, 88, 100, 100),
    ("#9141ac", 40, 40, 60, 60),
)


def main() -> None:
    """Show the window until standard input ends."""
    root = tk.Tk()
    width, height = root.winfo_screenwidth(), root.winfo_screenheight()
    root.overrideredirect(boolean=True)
    root.geometry(f"{width}x{height}+0+0")
    canvas = tk.Canvas(root, width=width, height=height, highlightthickness=0, background=GROUND)
    canvas.pack()
    for colour, left, top, right, bottom in SHAPES:
        edges = (left * width / 100, top * height / 100, right * width / 100, bottom * height / 100)
        canvas.create_rectangle(*edges, fill=colour, width=0)
    root.wait_visibility(canvas)
    root.update()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
