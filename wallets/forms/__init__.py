"""What operators type about wallets."""

from wallets.forms.moves import TopUpForm, VoidForm
from wallets.forms.wallets import EditWalletForm, OpenWalletForm, initial_of

__all__ = ["EditWalletForm", "OpenWalletForm", "TopUpForm", "VoidForm", "initial_of"]
