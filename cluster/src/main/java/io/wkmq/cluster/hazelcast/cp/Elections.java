package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.internal.cluster.ClusterService;
import com.hazelcast.internal.util.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has groups elect another leader as soon as theirs is known to be gone, or is silent: Hazelcast itself looks only every second or two. The
 * rules of the election are Raft's own, so the worst that a false alarm does is another election. {@link #run} is to be called every
 * {@link #TICK}. Thread-safe.
 */
final class Elections implements Runnable {
    /** How often it is to look for leaders that are silent. */
    static final Duration TICK = Duration.ofMillis(50);

    /** Who looks so much too late was held up itself, and knows nothing of others' silence. */
    private static final long LATE_MS = 150;

    private final RaftService raft;
    private final ClusterService cluster;
    private final Consumer<Address> onSilent;
    private final long silenceMs;
    private volatile long lookedMs = Clock.currentTimeMillis();
    private volatile long attentiveSinceMs = lookedMs;

    /**
     * Watches the groups of a member.
     *
     * @param silence after which a leader is replaced; several heartbeats
     * @param onSilent is told where a leader is that was silent
     */
    Elections(RaftService raft, ClusterService cluster, Duration silence, Consumer<Address> onSilent) {
        this.raft = raft;
        this.cluster = cluster;
        this.silenceMs = silence.toMillis();
        this.onSilent = onSilent;
    }

    /** Nothing comes from that member any more. */
    void lost(Address address) {
        eachWithLeader((node, leader) -> {
            if (address.equals(address(leader))) {
                elect(node, leader);
            }
        });
    }

    /** Members came or went. */
    void membersChanged() {
        eachWithLeader((node, leader) -> {
            if (isGone(leader)) {
                elect(node, leader);
            }
        });
    }

    /** Looks for silent leaders. */
    @Override
    public void run() {
        long now = Clock.currentTimeMillis();
        if (now - lookedMs > LATE_MS) {
            attentiveSinceMs = now;
        }
        lookedMs = now;
        for (RaftNode each : raft.getAllRaftNodes()) {
            if (each instanceof RaftNodeImpl node && isSilent(node)) {
                // behind all that came from the leader and only waits for the thread
                node.execute(() -> {
                    RaftEndpoint leader = node.state().leader();
                    if (leader != null && node.state().role() == RaftRole.FOLLOWER && isSilent(node)) {
                        Address address = address(leader);
                        if (address != null) {
                            onSilent.accept(address);
                        }
                        elect(node, leader);
                    }
                });
            }
        }
    }

    private boolean isSilent(RaftNodeImpl node) {
        RaftEndpoint leader = node.getLeader();
        return leader != null
                && !leader.equals(node.getLocalMember())
                && Clock.currentTimeMillis() - Math.max(node.lastAppendEntriesTimestamp(), attentiveSinceMs)
                        > silenceMs;
    }

    private interface Step {
        void run(RaftNodeImpl node, RaftEndpoint leader);
    }

    private void eachWithLeader(Step step) {
        for (RaftNode each : raft.getAllRaftNodes()) {
            if (each instanceof RaftNodeImpl node && !node.isTerminatedOrSteppedDown()) {
                node.execute(() -> {
                    RaftEndpoint leader = node.state().leader();
                    if (leader != null && node.state().role() == RaftRole.FOLLOWER) {
                        step.run(node, leader);
                    }
                });
            }
        }
    }

    /** On the group's thread. Every follower forgets the leader: else it would not vote for another one. */
    private void elect(RaftNodeImpl node, RaftEndpoint gone) {
        node.leader(null);
        List<RaftEndpoint> candidates = node.state().members().stream()
                .filter(member -> !member.equals(gone) && (member.equals(node.getLocalMember()) || !isGone(member)))
                .sorted(Comparator.comparingInt((RaftEndpoint member) -> draw(node, member))
                        .thenComparing(RaftEndpoint::getUuid))
                .toList();
        new Candidacy(node, Math.max(0, candidates.indexOf(node.getLocalMember()))).begin();
    }

    /** The same on all members, and another for each group: so leaderships spread. */
    private static int draw(RaftNodeImpl node, RaftEndpoint member) {
        int mixed = (node.getGroupId().getName() + member.getUuid()).hashCode() * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    private boolean isGone(RaftEndpoint member) {
        Address address = address(member);
        return address == null || cluster.getMember(address) == null;
    }

    private @Nullable Address address(RaftEndpoint member) {
        CPMember known = raft.getInvocationManager().getRaftInvocationContext().getCPMember(member.getUuid());
        return known == null ? null : known.getAddress();
    }
}
