# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole configuration, and how it is read from its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from faxcore import people
from faxcore.config.access_codes import read_access_codes
from faxcore.config.administrators import AdministrationConfig, read_administration
from faxcore.config.archive import ArchiveConfig, read_archive
from faxcore.config.arrival_command import read_command
from faxcore.config.bill_limits import LimitConfig, read_limits
from faxcore.config.company import CompanyConfig, read_company
from faxcore.config.contact_editors import read_contact_editors
from faxcore.config.covered_routes import refuse_covered_routes
from faxcore.config.covered_rules import refuse_covered
from faxcore.config.dialling import DiallingConfig, read_dialling
from faxcore.config.dialog_guards import DialogConfig, read_dialog
from faxcore.config.document_wall import DocumentConfig, read_document
from faxcore.config.file_naming import FileNaming, read_naming
from faxcore.config.folders import FoldersConfig, read_folders
from faxcore.config.groups import GroupConfig, read_groups
from faxcore.config.headers import read_headers
from faxcore.config.kept_free import KeptFree, read_kept_free
from faxcore.config.lines import LineConfig, read_lines
from faxcore.config.mail import MailConfig, read_mail
from faxcore.config.metrics_file import read_metrics_file
from faxcore.config.owners import read_owners
from faxcore.config.payer import PayerConfig
from faxcore.config.payers import BudgetConfig, CustomerConfig, read_payers
from faxcore.config.persons import PersonConfig, read_persons
from faxcore.config.queue import QueueConfig, read_queue
from faxcore.config.retention_days import RetentionConfig, read_retention
from faxcore.config.routing_rules import RoutingRule, read_routes
from faxcore.config.sending_rules import Sender, SendingRule, read_rules
from faxcore.config.simulated_exchange import ExchangeConfig, read_exchange
from faxcore.config.station import StationConfig, read_station
from faxcore.config.store_url import StoreConfig, read_store
from faxcore.config.table import Table
from faxcore.config.tariff_paths import BillingConfig, read_billing
from faxcore.config.toml_source import ConfigError, Source, find_fragments
from faxcore.config.unanswered import UnansweredConfig, read_unanswered
from faxcore.model.file_format import BOTH
from faxcore.model.header import SHIPPED, Header


@dataclass(frozen=True)
class Config:
    """The whole configuration."""

    station_id: str = StationConfig.id
    station_name: str = StationConfig.name
    intake_user: str = StationConfig.intake_user
    state: Path = FoldersConfig.state
    received: Path = FoldersConfig.received
    archive: ArchiveConfig = ArchiveConfig()
    administration: AdministrationConfig = AdministrationConfig()
    dialling: DiallingConfig = DiallingConfig()
    dialog: DialogConfig = DialogConfig()
    queue: QueueConfig = field(default_factory=QueueConfig)
    lines: tuple[LineConfig, ...] = ()
    kept_free: tuple[KeptFree, ...] = ()
    """Lines that stay free for receiving."""
    unanswered: UnansweredConfig = UnansweredConfig()
    arrival_command: tuple[str, ...] = ()
    """A program and its arguments, run for each received fax; empty: none."""
    sorters: tuple[str, ...] = ()
    """Names of people and groups who sort what is nobody's."""
    naming: FileNaming = FileNaming()
    """The names and formats of the files of all received faxes; `received_naming` has the rest, too."""
    headers: tuple[Header, ...] = SHIPPED
    exchange: ExchangeConfig = ExchangeConfig()
    store: StoreConfig = StoreConfig()
    retention: RetentionConfig = RetentionConfig()
    document: DocumentConfig = DocumentConfig()
    mail: MailConfig = MailConfig()
    billing: BillingConfig = BillingConfig()
    contact_editors: tuple[str, ...] | None = None
    """Names of people and groups who may change the shared address book; None: everybody may."""
    metrics_file: Path | None = None
    """The file in which the service writes its figures for Prometheus; None: none."""
    budgets: tuple[BudgetConfig, ...] = ()
    """Budget lines of the house; one pays a fax, or a customer does."""
    customers: tuple[CustomerConfig, ...] = ()
    limits: tuple[LimitConfig, ...] = ()
    """Limits of what people and payers may fax in a month or a year."""
    company: CompanyConfig = CompanyConfig()
    """The house as its invoices name it."""
    persons: tuple[PersonConfig, ...] = ()
    """People without an account on this machine, and what is to be known of others."""
    groups: tuple[GroupConfig, ...] = ()
    """Groups of people, beside those of this machine."""
    rules: tuple[SendingRule, ...] = ()
    """Rules of who may send where, and on which lines; the first that fits counts."""
    routes: tuple[RoutingRule, ...] = ()
    """Routes of received faxes; the first that fits counts."""
    files: tuple[Path, ...] = field(default=(), compare=False)
    """The files that it was read from: where a thing is said does not matter."""

    @property
    def simulated(self) -> bool:
        """True if the lines are those of faxcore's own exchange."""
        return not self.lines and self.exchange.lines > 0

    @property
    def received_naming(self) -> FileNaming:
        """The names and formats of received faxes of which nothing more particular is said."""
        return self.naming.or_else(FileNaming(self.archive.received_name, BOTH))

    @property
    def payers(self) -> tuple[PayerConfig, ...]:
        """The budget lines and the customers."""
        return (*self.budgets, *self.customers)

    @property
    def exchange_folder(self) -> Path:
        """The folder in which the simulated exchange puts its devices."""
        return self.state / "exchange"

    def all_lines(self) -> tuple[LineConfig, ...]:
        """The lines to serve: the configured ones, or those of the simulated exchange; none if there is no line yet."""
        return self.exchange.make_lines(self.exchange_folder) if self.simulated else self.lines

    def find_person(self, name: str) -> str | None:
        """Find a person by name: the account's one name, or that of a [[person]]; None if nobody is called so."""
        return people.find(name) or next((each.name for each in self.persons if each.name == name), None)

    def describe_person(self, name: str) -> PersonConfig:
        """Tell what is known of a person, by their one name."""
        return next((each for each in self.persons if each.name == name), PersonConfig(name))

    def find_owners(self, name: str) -> frozenset[str] | None:
        """Find the people whom the name of an owner means: a person, or whoever is in a group now; None if nobody is
        called so.
        """
        person = self.find_person(name)
        if person is not None:
            return frozenset((person,))
        ours = next((group.members for group in self.groups if group.name == name), None)
        if ours is not None:
            return frozenset(filter(None, map(self.find_person, ours)))
        return people.members_of(name) if people.is_group(name) else None

    def is_among(
        self, person: str, names: Iterable[str], groups_of: Callable[[str], Collection[str]] = people.groups_of
    ) -> bool:
        """Return whether one of these names of people and groups means this person, as they are now; `groups_of` tells
        in which groups of this machine they are.
        """
        return any(self._means(name, person, groups_of) for name in names)

    def _means(self, name: str, person: str, groups_of: Callable[[str], Collection[str]]) -> bool:
        found = self.find_person(name)
        if found is not None:
            return found == person
        ours = next((group.members for group in self.groups if group.name == name), None)
        # Not whoever is in the group: the machine knows sooner in which groups one person is.
        return name in groups_of(person) if ours is None else person in map(self.find_person, ours)

    def answers_for(self, person: str, budget: BudgetConfig) -> bool:
        """Return whether a person is the owner of a budget line, or in the group that is."""
        return bool(budget.owner) and self.is_among(person, [budget.owner])

    def find_sender(self, name: str) -> Sender:
        """Give this person with the groups that the rules and the payers may name."""
        ours = {group.name: group.members for group in self.groups}
        theirs = people.groups_of(name) if self._named_groups - ours.keys() else frozenset()
        return Sender(name, theirs | {group for group, members in ours.items() if name in members})

    @cached_property
    def _named_groups(self) -> frozenset[str]:
        named = [rule.groups for rule in self.rules]
        named += [limit.people.groups for limit in self.limits]
        named += [each.groups for payer in self.payers for each in (payer.users, payer.default_for)]
        return frozenset(name for names in named for name in names)

    def header(self, name: str) -> Header | None:
        """The header with this id; for an empty name the first."""
        return next((header for header in self.headers if not name or header.id == name), None)


CONFIG: Final = Path("/etc/facteur/facteur.toml")
"""The usual place of the configuration."""


def find_and_load(path: Path | None, for_service: bool = False) -> Config:
    """Read the configuration in this file; in the usual one, or none, if no file is named."""
    if path is not None:
        return load(path, for_service)
    # Without the main file, what is in facteur.d must not be left out in silence: `load` says what is missing.
    return load(CONFIG, for_service) if CONFIG.exists() or find_fragments(CONFIG) else default()


def find_document() -> DocumentConfig:
    """Read how documents are opened, for a program that anybody may start: as if nothing was said where the usual
    configuration cannot be read. The service tells what is wrong with it.
    """
    try:
        return find_and_load(None).document
    except (ConfigError, OSError):
        return DocumentConfig()


def default() -> Config:
    """The configuration of an empty file."""
    return Config()


def load(path: Path, for_service: bool = False) -> Config:
    """Read the file, and those of facteur.d beside it. ConfigError names the file, the line and what is wrong. Access
    codes that this user may not read are withheld, unless it is the service, which cannot do without them.
    """
    source = Source.read(path)
    top = Table(source, source.values)
    station = read_station(top.table("station"))
    folders = read_folders(top.table("folders"))
    dialling = read_dialling(top.table("dialling"))
    codes = read_access_codes(top.table("dialling"), dialling.access_codes, dialling.region, for_service)
    config = Config(
        station_id=station.id,
        station_name=station.name,
        intake_user=station.intake_user,
        state=folders.state,
        received=folders.received,
        administration=read_administration(top.table("administration")),
        archive=read_archive(top.table("archive"), dialling),
        dialling=dialling,
        dialog=read_dialog(top.table("dialog")),
        queue=read_queue(top.table("queue")),
        lines=read_lines(top, station.id, dialling, codes),
        headers=read_headers(top),
        exchange=read_exchange(top.table("exchange")),
        store=read_store(top.table("store")),
        retention=read_retention(top.table("retention")),
        document=read_document(top.table("document")),
        mail=read_mail(top.table("mail")),
        billing=read_billing(top.table("billing")),
        company=read_company(top.table("company")),
        contact_editors=read_contact_editors(top.table("contacts")),
        metrics_file=read_metrics_file(top.table("metrics")),
        persons=read_persons(top),
        groups=read_groups(top),
        files=tuple(source.files),
    )
    served = config.all_lines()
    receiving = top.table("receiving")
    budgets, customers = read_payers(top, config.billing, config.groups)
    if any((config.billing.mail_invoices, *(each.mail_invoices for each in customers))) and not config.mail.server:
        raise top.table("mail").error("server", "invoices are to go by mail (mail_invoices): name the mail server")
    limits = read_limits(top, config.billing, config.retention)
    kept_free, unanswered = read_kept_free(receiving, served), read_unanswered(receiving)
    sorters, command, naming = read_owners(receiving, "sorters"), read_command(receiving), read_naming(receiving)
    if naming.file_name and "name" in top.table("archive"):
        raise receiving.error("file_name", "says the same as [archive] name: take one of them out")
    receiving.finish()
    tables, rules = read_rules(top, dialling, config.groups, served, codes)
    refuse_covered(tables, rules, config.groups)
    route_tables, routes = read_routes(top, served)
    refuse_covered_routes(route_tables, routes, served)
    top.finish()
    return replace(
        config,
        budgets=budgets,
        customers=customers,
        limits=limits,
        kept_free=kept_free,
        unanswered=unanswered,
        arrival_command=command,
        sorters=sorters,
        rules=rules,
        routes=routes,
        naming=naming,
    )
