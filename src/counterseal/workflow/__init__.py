"""One function per step: the only place where the rules meet the disk, the clock and the screen."""
