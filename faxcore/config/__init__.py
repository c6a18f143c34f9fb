# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the service: facteur.toml and facteur.d/*.toml, read once, into frozen values.

Every key has a default but where there can be none; an unknown key, a wrong type and a missing value are errors that
name the file, the line and what would be right. One module for each section (`station`, `lines`, `queue` ...) has its
values and reads them from a `table.Table`; `toml_source` reads the files; `configuration` is the whole. Without any
[[line]], faxcore supervises a simulated exchange of its own, so that the whole product runs where there is no
telephone line.
"""

from faxcore.config.administrators import AdministrationConfig
from faxcore.config.archive import ARCHIVE_NAME, ArchiveConfig
from faxcore.config.archive_rules import ArchiveRule
from faxcore.config.bill_limits import LimitConfig
from faxcore.config.company import CompanyConfig
from faxcore.config.configuration import Config, default, load
from faxcore.config.dialling import DiallingConfig
from faxcore.config.dialog_guards import DialogConfig
from faxcore.config.document_wall import DocumentConfig
from faxcore.config.file_naming import FileNaming
from faxcore.config.groups import GroupConfig
from faxcore.config.kept_free import KeptFree
from faxcore.config.lines import LineConfig, NumberConfig, SubAddressConfig
from faxcore.config.owners import NamedPeople
from faxcore.config.payer import PayerConfig
from faxcore.config.payers import BudgetConfig, CustomerConfig
from faxcore.config.persons import PersonConfig
from faxcore.config.queue import QueueConfig
from faxcore.config.retention_days import RetentionConfig
from faxcore.config.routing_rules import RoutingRule
from faxcore.config.sending_rules import Sender, SendingRule
from faxcore.config.simulated_exchange import ExchangeConfig
from faxcore.config.store_url import StoreConfig
from faxcore.config.tariff_paths import BillingConfig, TariffText
from faxcore.config.toml_source import ConfigError, find_fragments
from faxcore.config.unanswered import UnansweredConfig

__all__ = [
    "ARCHIVE_NAME",
    "AdministrationConfig",
    "ArchiveConfig",
    "ArchiveRule",
    "BillingConfig",
    "BudgetConfig",
    "CompanyConfig",
    "Config",
    "ConfigError",
    "CustomerConfig",
    "DiallingConfig",
    "DialogConfig",
    "DocumentConfig",
    "ExchangeConfig",
    "FileNaming",
    "GroupConfig",
    "KeptFree",
    "LimitConfig",
    "LineConfig",
    "NamedPeople",
    "NumberConfig",
    "PayerConfig",
    "PersonConfig",
    "QueueConfig",
    "RetentionConfig",
    "RoutingRule",
    "Sender",
    "SendingRule",
    "StoreConfig",
    "SubAddressConfig",
    "TariffText",
    "UnansweredConfig",
    "default",
    "find_fragments",
    "load",
]
