"""The schema: what the slices' modules offer, put together."""

from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.access.permissions import Permission
from app.api.access import AccessQuery
from app.api.access_changes import AccessMutation
from app.api.account import AccountMutation
from app.api.activity import ActivityQuery
from app.api.api_tokens import ApiTokenMutation, ApiTokenQuery
from app.api.avatars import AvatarMutation
from app.api.bulk_edits import BulkEditMutation
from app.api.changes import ChangeMutation, ChangeQuery
from app.api.collections import CollectionQuery
from app.api.context import Info
from app.api.credits import MovieCredit
from app.api.details import Video
from app.api.devices import DeviceMutation, DeviceQuery, DeviceSignInMutation
from app.api.duplicates import DuplicateMutation, DuplicateQuery
from app.api.edits import EditMutation
from app.api.episode_orders import EpisodeOrderMutation
from app.api.extras import Extra
from app.api.factor_admin import FactorAdminMutation
from app.api.factors import FactorMutation, FactorQuery
from app.api.files import FileQuery
from app.api.identity_providers import IdentityProviderMutation, IdentityProviderQuery, SignInProviderQuery
from app.api.images import Image
from app.api.invitations import InvitationMutation, InvitationQuery
from app.api.library import LibraryQuery
from app.api.library_changes import LibraryMutation
from app.api.live import LiveQuery, LiveSubscription
from app.api.lockout import LockoutMutation
from app.api.mail import MailMutation, MailQuery
from app.api.matches import MatchQuery
from app.api.matching import MatchingMutation
from app.api.merges import MergeMutation
from app.api.metadata import MetadataMutation, MetadataQuery
from app.api.metadata_matches import MetadataMatchQuery
from app.api.metadata_matching import MetadataMatchMutation
from app.api.metadata_refresh import (
    MetadataRefreshMutation,
    MetadataRefreshQuery,
    MetadataRefreshSubscription,
)
from app.api.movies import MovieQuery
from app.api.node import Node, find_nodes
from app.api.people import PeopleQuery
from app.api.pictures import PictureMutation
from app.api.prices import priced
from app.api.proofs import ProofMutation
from app.api.provenance import FieldSource
from app.api.recent import RecentQuery
from app.api.registration import RegistrationMutation, RegistrationQuery
from app.api.removals import LostWorks
from app.api.requires import GuardedSchema, requires
from app.api.role_changes import RoleMutation
from app.api.roles import RoleQuery
from app.api.scalars import SCALARS
from app.api.second_step import SecondStepMutation
from app.api.secrets import SecretMutation, SecretQuery
from app.api.sessions import SessionMutation, SessionQuery
from app.api.settings import SettingMutation, SettingQuery
from app.api.sign_in import SignInMutation, SignInQuery
from app.api.streams import Attachment, AudioStream, SubtitleStream, VideoStream
from app.api.taxonomy import TaxonomyQuery
from app.api.tv import TvQuery
from app.api.tv_credits import SeriesCredit
from app.api.user_changes import UserMutation
from app.api.users import UserQuery
from app.api.versions import Edition
from app.core.errors import Invalid

MOST_NODES = 100


@strawberry.type
class NodeQuery:
    @requires(Permission.NODE_GET)
    @strawberry.field(description="The object of an id; null where there is none.")
    async def node(
        self,
        info: Info,
        wanted: Annotated[strawberry.ID, strawberry.argument(name="id", description="Any object's id.")],
    ) -> Node | None:
        return (await find_nodes(info, [wanted], "id"))[0]

    @priced(counted_by="ids")
    @requires(Permission.NODE_GET)
    @strawberry.field(description="The objects of several ids, in their order; null where there is none.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description=f"Any objects' ids, at most {MOST_NODES}.")
        ],
    ) -> list[Node | None]:
        if len(ids) > MOST_NODES:
            raise Invalid("ids", f"At most {MOST_NODES} ids at a time.")
        return await find_nodes(info, ids)


@strawberry.type(description="Where every query begins.")
class Query(
    NodeQuery,
    MovieQuery,
    TvQuery,
    CollectionQuery,
    PeopleQuery,
    TaxonomyQuery,
    RecentQuery,
    LibraryQuery,
    FileQuery,
    LiveQuery,
    ChangeQuery,
    MatchQuery,
    DuplicateQuery,
    SignInQuery,
    SessionQuery,
    UserQuery,
    FactorQuery,
    RoleQuery,
    SettingQuery,
    AccessQuery,
    SecretQuery,
    MailQuery,
    MetadataQuery,
    MetadataMatchQuery,
    MetadataRefreshQuery,
    ActivityQuery,
    ApiTokenQuery,
    SignInProviderQuery,
    RegistrationQuery,
    InvitationQuery,
    IdentityProviderQuery,
    DeviceQuery,
):
    pass


@strawberry.type(description="Where every mutation begins; they run one after the other.")
class Mutation(
    LibraryMutation,
    ChangeMutation,
    MatchingMutation,
    EditMutation,
    BulkEditMutation,
    MergeMutation,
    DuplicateMutation,
    UserMutation,
    FactorMutation,
    FactorAdminMutation,
    RoleMutation,
    SettingMutation,
    AccessMutation,
    SecretMutation,
    MailMutation,
    MetadataMutation,
    MetadataRefreshMutation,
    EpisodeOrderMutation,
    MetadataMatchMutation,
    ApiTokenMutation,
    LockoutMutation,
    SignInMutation,
    SecondStepMutation,
    ProofMutation,
    SessionMutation,
    AccountMutation,
    AvatarMutation,
    PictureMutation,
    RegistrationMutation,
    InvitationMutation,
    IdentityProviderMutation,
    DeviceSignInMutation,
    DeviceMutation,
):
    pass


@strawberry.type(description="Where every subscription begins.")
class Subscription(LiveSubscription, MetadataRefreshSubscription):
    pass


schema = GuardedSchema(
    Query,
    Mutation,
    Subscription,
    # Their modules add to the types of others, and nothing else here imports them.
    types=[
        Edition,
        MovieCredit,
        SeriesCredit,
        Extra,
        Image,
        LostWorks,
        VideoStream,
        AudioStream,
        SubtitleStream,
        Attachment,
        FieldSource,
        Video,
    ],
    config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=100),
)
