package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription and the strategy that picks among them. Members join and leave through the
 * {@link RouteTable} (one writer at a time); any thread may pick.
 */
public final class ShareGroup {
    private static final ShareMember[] NOBODY = {};

    private final ShareName name;
    private final TopicFilter filter;
    private final ShareStrategy strategy;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile ShareMember[] members = NOBODY;

    ShareGroup(ShareName name, TopicFilter filter, ShareStrategy strategy) {
        this.name = name;
        this.filter = filter;
        this.strategy = strategy;
    }

    /** The group's name. */
    public ShareName name() {
        return name;
    }

    /** The filter that the group shares. */
    public TopicFilter filter() {
        return filter;
    }

    /** The strategy. */
    public ShareStrategy strategy() {
        return strategy;
    }

    /** How many members it has, connected or not. */
    public int size() {
        return members.length;
    }

    /**
     * The member that gets this message, or null if there is no member but {@code except}.
     *
     * @param except a member that must not get it (it just left with the message unacknowledged), or null
     */
    public @Nullable ShareMember pick(Message message, @Nullable ShareMember except) {
        ShareMember[] all = members;
        int start = Math.floorMod(turn.getAndIncrement(), Math.max(1, all.length));
        ShareMember offline = null;
        for (int i = 0; i < all.length; i++) {
            ShareMember member = all[(start + i) % all.length];
            if (member == except) {
                continue;
            }
            if (member.online()) {
                return member;
            }
            if (offline == null) {
                offline = member;
            }
        }
        return offline;
    }

    void join(ShareMember member) {
        ShareMember[] old = members;
        ShareMember[] changed = java.util.Arrays.copyOf(old, old.length + 1);
        changed[old.length] = member;
        members = changed;
    }

    void leave(ShareMember member) {
        members = java.util.Arrays.stream(members).filter(m -> m != member).toArray(ShareMember[]::new);
    }
}
