"""`vault.toml`: what a data folder is, for people; rendered from the first entry. Pure."""

from counterseal.custody.state import VaultState


def about_text(state: VaultState) -> str:
    """Return the exact text of `vault.toml` (`docs/format.md`, section 15).

    Args:
        state: The vault, after its first entry.
    """
    created = state.created.utc if state.created else ""
    return (
        "format = 1\n"
        f'origin = "{state.origin}"\n'
        f"practice = {str(state.practice).lower()}\n"
        f'created = "{created}"\n'
        f'computer = "{state.computer}"\n'
    )
