package io.wkmq.session;

import io.wkmq.routing.ShareMember;

/** A session's membership in a share group. Belongs to the session's shard, but for {@link ShareMember}'s methods. */
interface SharedSubscription extends ShareMember {}
