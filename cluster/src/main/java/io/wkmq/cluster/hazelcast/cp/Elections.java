package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftNodeStatus;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import com.hazelcast.internal.util.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Triggers an election in a group as soon as its leader is known to be gone or is silent, or nobody leads; Hazelcast itself checks only
 * every {@link CpSubsystem#OTHER_WATCH}. The rules of the election are Raft's own, so the worst that a false alarm can do is an unnecessary
 * election. {@link #run} must be called every {@link #TICK}, by one thread at a time; everything else is thread-safe.
 */
final class Elections implements Runnable {
    /** The period of the check for silent leaders. */
    static final Duration TICK = Duration.ofMillis(50);

    /** The most that the time since the previous check counts for; a check that comes later was itself held up. */
    private static final Duration LOOK_MAX = TICK.multipliedBy(3);

    private final Supplier<Collection<RaftNode>> groups;
    private final Whereabouts members;
    private final Consumer<Address> onSilent;
    private final LeaderSilence<RaftNodeImpl, Sign> silence;
    private final long limitMs;

    /** The candidacies of this member; each belongs to its group's thread. At most one per group. */
    private final Map<CPGroupId, Candidacy> standing = new ConcurrentHashMap<>();

    /** The state at the previous check. */
    private Map<RaftNodeImpl, Sign> seen = Map.of();

    /** The addresses of group members. Callable from any thread. */
    interface Whereabouts {
        /** Returns the address of a member; null if it is unknown. */
        @Nullable
        Address address(RaftEndpoint member);

        /** Returns whether there is a member of this node's cluster at an address. */
        boolean isHere(Address address);
    }

    /** The leader of a group, null if there is none, and when the group last heard from a leader. */
    private record Sign(@Nullable RaftEndpoint leader, long heardMs) {
        static Sign of(RaftNodeImpl node) {
            return new Sign(node.getLeader(), node.lastAppendEntriesTimestamp());
        }
    }

    /**
     * Watches the groups of a member.
     *
     * @param groups supplies the member's Raft nodes
     * @param limit the silence after which a leader is replaced; several heartbeats
     * @param onSilent receives the address of a silent leader
     */
    Elections(
            Supplier<Collection<RaftNode>> groups,
            Whereabouts members,
            Duration limit,
            Consumer<Address> onSilent,
            LongSupplier nanoTime) {
        this.groups = groups;
        this.members = members;
        this.onSilent = onSilent;
        this.limitMs = limit.toMillis();
        this.silence = new LeaderSilence<>(limit, LOOK_MAX, nanoTime);
    }

    /** Triggers elections in groups led by the member at that address, from which nothing arrives any more. */
    void lost(Address address) {
        eachFollower((node, leader) -> {
            if (leader != null && address.equals(members.address(leader))) {
                elect(node, leader);
            }
        });
    }

    /** Triggers elections after members came or went; a group without a leader may elect one now. */
    void membersChanged() {
        eachFollower((node, leader) -> {
            if (leader == null ? !stands(node) : isGone(leader)) {
                elect(node, leader);
            }
        });
    }

    /** Checks for silent leaders, and for groups without one. */
    @Override
    public void run() {
        Map<RaftNodeImpl, Sign> all = new HashMap<>();
        Map<RaftNodeImpl, Sign> signs = new HashMap<>();
        for (RaftNode each : groups.get()) {
            if (each instanceof RaftNodeImpl node && runs(node)) {
                Sign sign = Sign.of(node);
                all.put(node, sign);
                if (!node.getLocalMember().equals(sign.leader)) {
                    signs.put(node, sign);
                }
                Sign before = seen.get(node);
                if (before != null) {
                    compare(node, before, sign);
                }
            }
        }
        seen = all;
        for (RaftNodeImpl node : silence.silent(signs)) {
            Sign last = signs.get(node);
            // runs after everything that arrived from the leader and only waits for the thread
            node.execute(() -> {
                if (last != null && last.equals(Sign.of(node)) && node.state().role() != RaftRole.LEADER) {
                    silent(node, last.leader);
                }
            });
        }
    }

    /**
     * Reacts to a loss of the leader that Hazelcast noticed first: it checks seldom, but at arbitrary times. There may be another leader by
     * now.
     */
    private void compare(RaftNodeImpl node, Sign before, Sign now) {
        RaftEndpoint led = before.leader;
        if (led == null || led.equals(now.leader) || led.equals(node.getLocalMember())) {
            return;
        }
        if (Clock.currentTimeMillis() - before.heardMs > limitMs) {
            tellSilent(led);
        }
        if (now.leader == null) {
            node.execute(() -> leaderless(node, led));
        }
    }

    /** Called on the group's thread. */
    private void leaderless(RaftNodeImpl node, RaftEndpoint before) {
        RaftState state = node.state();
        // otherwise somebody is being elected
        boolean asksBeforehand = state.role() == RaftRole.FOLLOWER && state.preCandidateState() != null;
        if (state.leader() == null && asksBeforehand && !stands(node)) {
            silent(node, before);
        }
    }

    private boolean stands(RaftNodeImpl node) {
        Candidacy known = standing.get(node.getGroupId());
        return known != null && known.isOf(node) && !known.over();
    }

    private static boolean runs(RaftNodeImpl node) {
        return node.getStatus() != RaftNodeStatus.INITIAL && !node.isTerminatedOrSteppedDown();
    }

    /** Called on the group's thread. */
    private void silent(RaftNodeImpl node, @Nullable RaftEndpoint leader) {
        if (leader != null) {
            tellSilent(leader);
            elect(node, leader);
            return;
        }
        if (!stands(node)) {
            elect(node, null); // the group begins, or its leader stepped down for want of a majority
        }
    }

    private void tellSilent(RaftEndpoint leader) {
        Address address = members.address(leader);
        if (address != null) {
            onSilent.accept(address);
        }
    }

    private interface Step {
        void run(RaftNodeImpl node, @Nullable RaftEndpoint leader);
    }

    private void eachFollower(Step step) {
        for (RaftNode each : groups.get()) {
            if (each instanceof RaftNodeImpl node) {
                node.execute(() -> {
                    if (runs(node) && node.state().role() == RaftRole.FOLLOWER) {
                        step.run(node, node.state().leader());
                    }
                });
            }
        }
    }

    /**
     * Begins a candidacy. Called on the group's thread. Each follower forgets the leader, since otherwise it would not vote for another
     * one.
     *
     * @param gone the former leader; null if there was none
     */
    private void elect(RaftNodeImpl node, @Nullable RaftEndpoint gone) {
        if (gone != null) {
            node.leader(null);
        }
        List<RaftEndpoint> candidates = node.state().members().stream()
                .filter(member -> !member.equals(gone) && (member.equals(node.getLocalMember()) || !isGone(member)))
                .sorted(Comparator.comparingInt((RaftEndpoint member) -> draw(node, member))
                        .thenComparing(RaftEndpoint::getUuid))
                .toList();
        Candidacy made = new Candidacy(node, Math.max(0, candidates.indexOf(node.getLocalMember())));
        if (gone == null) {
            made.beginSoon(); // somebody may be being elected
        } else {
            made.begin();
        }
        // only now, so that a candidacy that fails to begin does not stand
        Candidacy before = standing.put(node.getGroupId(), made);
        if (before != null) {
            before.end();
        }
    }

    /** The same on all members but different for each group, so that leaderships spread. */
    private static int draw(RaftNodeImpl node, RaftEndpoint member) {
        int mixed = (node.getGroupId().getName() + member.getUuid()).hashCode() * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    private boolean isGone(RaftEndpoint member) {
        Address address = members.address(member);
        return address == null || !members.isHere(address);
    }
}
