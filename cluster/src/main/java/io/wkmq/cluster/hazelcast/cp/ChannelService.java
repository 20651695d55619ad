package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.TermChangeAwareService;
import com.hazelcast.cp.internal.raft.SnapshotAwareService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.wkmq.channel.engine.LogFollower;
import io.wkmq.channel.engine.LogFollowers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the Raft logs of channel groups to this node's replicas. Called by Hazelcast on the group's thread for each group, including
 * groups that do not hold channels. Hazelcast continues whatever fails here, so a failure is reported once through the listener, and the
 * node has to end.
 */
final class ChannelService implements SnapshotAwareService<byte[]>, TermChangeAwareService {
    static final String NAME = "wkmq:channels";

    private static final Logger LOG = LoggerFactory.getLogger(ChannelService.class);

    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(2);
    private static final String GROUP_PREFIX = "wkmq-channels-";

    private final LogFollowers followers;
    private final Consumer<IOException> onBroken;
    private final AtomicBoolean broken = new AtomicBoolean();
    private final Map<CPGroupId, Follower> groups = new ConcurrentHashMap<>();
    private final OpenCalls calls = new OpenCalls();
    private final WantedPlace places = new WantedPlace();
    private final Meetings<NodeEngineImpl> meetings = new Meetings<>();

    /** A group of which this node has a replica. */
    private record Follower(int number, LogFollower replica, GroupLoop loop) {}

    /** A step on a replica that may fail. */
    private interface Step<T> {
        T run(LogFollower replica) throws IOException;
    }

    ChannelService(LogFollowers followers, Consumer<IOException> onBroken) {
        this.followers = followers;
        this.onBroken = onBroken;
    }

    /** Returns the name of a group's Raft group. */
    static String groupName(int group) {
        return GROUP_PREFIX + group;
    }

    /** Attaches to a node: the first one, or one that was restarted in this process. */
    void attach(NodeEngineImpl started) {
        meetings.attach(started);
        groups.values().forEach(group -> group.loop.moveTo(started));
    }

    /** Returns whether this node is among the members whose logs it follows. */
    Meetings<NodeEngineImpl> meetings() {
        return meetings;
    }

    NodeEngineImpl engine() {
        return meetings.engine();
    }

    /** Returns the pending calls to the leaders of groups. */
    OpenCalls calls() {
        return calls;
    }

    /** Returns the CP subsystem of the node; null while the node has ended and was not restarted. */
    @Nullable
    RaftService running() {
        return engine().getServiceOrNull(RaftService.SERVICE_NAME);
    }

    /**
     * Returns the CP subsystem of the node; throws a {@link com.hazelcast.spi.exception.RetryableHazelcastException} while there is none.
     */
    RaftService raft() {
        return engine().getService(RaftService.SERVICE_NAME);
    }

    byte[] apply(CPGroupId group, long index, byte[] op) throws IOException {
        return carryOut(group, replica -> replica.apply(index, op));
    }

    /** Returns whether this node's replica has applied everything it was given. Callable from any thread. */
    boolean whole(CPGroupId group) {
        Follower known = groups.get(group);
        return known == null || known.replica.whole();
    }

    /** Returns the index of the last entry that this node's replica has applied; 0 if there was none. Called on the group's loop. */
    long applied(CPGroupId group) {
        Follower known = groups.get(group);
        return known == null ? 0 : known.replica.applied();
    }

    /** Returns what this node knows about a group of which it has a Raft node. Called on the group's loop. */
    LeaderStatus status(CPGroupId group) {
        if (!(raft().getRaftNode(group) instanceof RaftNodeImpl node)) {
            throw new IllegalStateException("This node has no part of " + group.getName() + ", but leads it");
        }
        return new LeaderStatus(
                node.state().term(),
                node.state().log().lastLogOrSnapshotIndex(),
                node.state().commitIndex(),
                node.getLocalMember().getUuid(),
                node.getCommittedMembers().stream().map(RaftEndpoint::getUuid).toList());
    }

    /** Returns how many entries this node's replica misses. Called on the group's loop. */
    long missed(CPGroupId group) {
        Follower known = groups.get(group);
        return known == null ? 0 : known.replica.missed();
    }

    /**
     * Returns the numbers of the groups whose replicas here are incomplete or not known to be complete: those without a replica, those that
     * received nothing yet, and all of them while lost data is being recovered. Callable from any thread.
     */
    int[] filling() {
        boolean recovering = followers.recovering();
        Set<Integer> filling = new TreeSet<>();
        for (int number = 0; number < followers.logs(); number++) {
            filling.add(number);
        }
        if (!recovering) {
            groups.values().forEach(group -> filling.remove(group.number));
        }
        for (Follower group : groups.values()) {
            if (recovering || !group.replica.whole()) {
                filling.add(group.number);
            }
        }
        return filling.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns {@link #filling()} if this node is the given member, otherwise null. Callable from any thread. */
    int @Nullable [] filling(UUID member) {
        CPMember local = raft().getLocalCPMember();
        return local != null && local.getUuid().equals(member) ? filling() : null;
    }

    /** Returns whether this node wants a place among the nodes that keep the channels. */
    WantedPlace places() {
        return places;
    }

    @Override
    public void onNewTermCommit(CPGroupId group, long index) {
        if (isOurs(group)) {
            unchecked(group, replica -> {
                replica.newTerm(index);
                return index;
            });
        }
    }

    @Override
    public byte @Nullable [] takeSnapshot(CPGroupId group, long index) {
        if (!isOurs(group)) {
            return null;
        }
        if (!whole(group)) {
            // Hazelcast logs this, keeps the log, and accepts no more entries once it is full
            throw new IllegalStateException("The replica of " + group.getName() + " misses entries: its log is kept");
        }
        return unchecked(group, LogFollower::snapshot);
    }

    @Override
    public void restoreSnapshot(CPGroupId group, long index, byte[] snapshot) {
        unchecked(group, replica -> {
            replica.restore(snapshot);
            return index;
        });
    }

    /**
     * Begins to transfer the leadership of a group, if this member leads it, to the given member, or to any that is present if it is null.
     */
    void handOver(CPGroupId group, @Nullable UUID target) {
        if (raft().getRaftNode(group) instanceof RaftNodeImpl node) {
            var unused = Handover.begin(
                    node, other -> target == null ? isHere(other) : target.equals(other.getUuid()), HAND_OVER_LIMIT);
        }
    }

    /** Returns whether a member of the CP subsystem is in this node's cluster. Callable from any thread. */
    boolean isHere(RaftEndpoint member) {
        CPMember known =
                raft().getInvocationManager().getRaftInvocationContext().getCPMember(member.getUuid());
        return known != null && engine().getClusterService().getMember(known.getAddress()) != null;
    }

    private static boolean isOurs(CPGroupId group) {
        return group.getName().startsWith(GROUP_PREFIX);
    }

    private <T> T unchecked(CPGroupId group, Step<T> step) {
        try {
            return carryOut(group, step);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T carryOut(CPGroupId group, Step<T> step) throws IOException {
        try {
            Follower known = groups.get(group);
            return step.run((known == null ? open(group) : known).replica);
        } catch (IOException e) {
            fail(group, e);
            throw e;
        } catch (RuntimeException e) {
            fail(group, new IOException(e));
            throw e;
        }
    }

    private Follower open(CPGroupId group) throws IOException {
        GroupLoop loop = new GroupLoop(engine(), raft().getCPGroupPartitionId(group));
        int number = number(group);
        Follower opened = new Follower(number, followers.follow(number, loop), loop);
        groups.put(group, opened);
        return opened;
    }

    private static int number(CPGroupId group) throws IOException {
        try {
            return Integer.parseInt(group.getName().substring(GROUP_PREFIX.length()));
        } catch (NumberFormatException e) {
            throw new IOException(
                    "A Raft group is named " + group.getName() + "; expected a number behind " + GROUP_PREFIX, e);
        }
    }

    private void fail(CPGroupId group, IOException cause) {
        if (broken.compareAndSet(false, true)) {
            LOG.error("The replica of {} failed, this node must stop", group.getName(), cause);
            onBroken.accept(cause);
        }
    }
}
