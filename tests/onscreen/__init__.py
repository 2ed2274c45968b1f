"""What tests of the screen share: a made-up screen and clock, and programs on a real screen."""
