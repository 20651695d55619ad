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
 * Has groups elect another leader as soon as theirs is known to be gone, or is silent, and one where nobody leads: Hazelcast itself looks
 * only every {@link CpSubsystem#OTHER_WATCH}. The rules of the election are Raft's own, so the worst that a false alarm does is another election.
 * {@link #run} is to be called every {@link #TICK}, by one thread at a time; the rest is thread-safe.
 */
final class Elections implements Runnable {
    /** How often it is to look for leaders that are silent. */
    static final Duration TICK = Duration.ofMillis(50);

    /** What counts of the time since the last look, at most: who looks later was held up himself. */
    private static final Duration LOOK_MAX = TICK.multipliedBy(3);

    private final Supplier<Collection<RaftNode>> groups;
    private final Whereabouts members;
    private final Consumer<Address> onSilent;
    private final LeaderSilence<RaftNodeImpl, Sign> silence;
    private final long limitMs;

    /** Who stands for election; each belongs to its group's thread. As many as groups at most. */
    private final Map<CPGroupId, Candidacy> standing = new ConcurrentHashMap<>();

    /** At the last look. */
    private Map<RaftNodeImpl, Sign> seen = Map.of();

    /** Where members of groups are. Any thread. */
    interface Whereabouts {
        /** The address of one; null if nobody knows it. */
        @Nullable
        Address address(RaftEndpoint member);

        /** Whether there is a member of this node's cluster at an address. */
        boolean isHere(Address address);
    }

    /** What a group heard last: of nobody, if it has no leader. */
    private record Sign(@Nullable RaftEndpoint leader, long heardMs) {
        static Sign of(RaftNodeImpl node) {
            return new Sign(node.getLeader(), node.lastAppendEntriesTimestamp());
        }
    }

    /**
     * Watches the groups of a member.
     *
     * @param groups the member's part in each
     * @param limit after which silence a leader is replaced; several heartbeats
     * @param onSilent is told where a leader is that was silent
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

    /** Nothing comes from that member any more. */
    void lost(Address address) {
        eachFollower((node, leader) -> {
            if (leader != null && address.equals(members.address(leader))) {
                elect(node, leader);
            }
        });
    }

    /** Members came or went: who has no leader may find one with them. */
    void membersChanged() {
        eachFollower((node, leader) -> {
            if (leader == null ? !stands(node) : isGone(leader)) {
                elect(node, leader);
            }
        });
    }

    /** Looks for leaders that are silent, and for groups without one. */
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
            // behind all that came from the leader and only waits for the thread
            node.execute(() -> {
                if (last != null && last.equals(Sign.of(node)) && node.state().role() != RaftRole.LEADER) {
                    silent(node, last.leader);
                }
            });
        }
    }

    /** Hazelcast may see sooner that the leader is silent, as it looks seldom, but at any time; there may be another leader by now. */
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

    /** On the group's thread. */
    private void leaderless(RaftNodeImpl node, RaftEndpoint before) {
        RaftState state = node.state();
        // else somebody is being elected
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

    /** On the group's thread. */
    private void silent(RaftNodeImpl node, @Nullable RaftEndpoint leader) {
        if (leader != null) {
            tellSilent(leader);
            elect(node, leader);
            return;
        }
        if (!stands(node)) {
            elect(node, null); // the group begins, or its leader saw that most do not answer
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
     * On the group's thread. Every follower forgets the leader: else it would not vote for another one.
     *
     * @param gone who led; null if nobody did
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
        // only now: one that fails to begin does not stand
        Candidacy before = standing.put(node.getGroupId(), made);
        if (before != null) {
            before.end();
        }
    }

    /** The same on all members, and another for each group: so leaderships spread. */
    private static int draw(RaftNodeImpl node, RaftEndpoint member) {
        int mixed = (node.getGroupId().getName() + member.getUuid()).hashCode() * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    private boolean isGone(RaftEndpoint member) {
        Address address = members.address(member);
        return address == null || !members.isHere(address);
    }
}
