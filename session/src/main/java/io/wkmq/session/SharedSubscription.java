package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A session's membership in a share group. Confined to the session's shard, except for the methods of {@link ShareMember}. */
final class SharedSubscription extends Subscription implements ShareMember {
    private final SubscriptionFilter filter;
    private final RouteTable<ShardSubscribers> routes;
    private final ShareStrategy strategy;
    private @Nullable ShareGroup group; // once it has joined
    private boolean member;

    SharedSubscription(
            Session session,
            SubscriptionFilter filter,
            SubscriptionOptions options,
            RouteTable<ShardSubscribers> routes,
            ShareStrategy strategy) {
        super(session, options);
        this.filter = filter;
        this.routes = routes;
        this.strategy = strategy;
    }

    @Override
    SubscriptionFilter filter() {
        return filter;
    }

    @Override
    TopicFilter topicFilter() {
        return filter.filter();
    }

    @Override
    boolean isTo(SubscriptionFilter other) {
        return filter.equals(other);
    }

    @Override
    boolean shared() {
        return true;
    }

    @Override
    void attach() {
        ShareName name = Objects.requireNonNull(filter.share());
        group = routes.join(filter.filter(), name, strategy, this);
        member = true;
    }

    @Override
    void detach() {
        if (member && group != null) {
            member = false;
            routes.leave(group, this);
        }
    }

    @Override
    void durabilityChanged() {}

    /** Handles the client's connecting or disconnecting. */
    void onlineChanged() {
        if (member && group != null) {
            routes.refresh(group, this);
        }
    }

    /** Returns whether a message could go to another connected member. */
    boolean anotherOnline(Message message) {
        ShareMember other = group().pick(message, this);
        return other != null && other.online();
    }

    /** Returns the group it is, or was, a member of. */
    ShareGroup group() {
        return Objects.requireNonNull(group);
    }

    /** Returns whether it still belongs to the group. */
    boolean member() {
        return member;
    }

    @Override
    public String clientId() {
        return session().clientId();
    }

    @Override
    public boolean online() {
        return session().online();
    }

    @Override
    public boolean local() {
        return true;
    }
}
