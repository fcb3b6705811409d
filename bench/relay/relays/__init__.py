"""The relays, in the order in which they take turns."""
from .exim import Exim
from .haraka import Haraka
from .namesake import Namesake
from .postfix import Postfix

ALL = (Namesake, Postfix, Exim, Haraka)
