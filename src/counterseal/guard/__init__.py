"""The guard: a small process that covers every display and sets the latch, whoever presses STOP."""

from counterseal.guard.handle import Guard, start
from counterseal.guard.terms import Covered, Display, Page, Ready, Stopped, Trigger

__all__ = ["Covered", "Display", "Guard", "Page", "Ready", "Stopped", "Trigger", "start"]
