package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import io.wkmq.channel.engine.GroupLogs;
import io.wkmq.channel.engine.GroupStatus;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.LogFigures;
import io.wkmq.channel.engine.NewcomerException;
import io.wkmq.channel.engine.ReplicatedLog;
import io.wkmq.cluster.loop.Polling;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Raft logs of groups of channels, for the engine of a node that has a replica of each, or follows the replicas of others as a learner.
 * Thread-safe.
 */
public final class CpGroups implements GroupLogs {
    private static final Logger LOG = LoggerFactory.getLogger(CpGroups.class);

    private final CpChannels channels;
    private final ChannelMembers members;
    private final int count;
    private final Duration deadline;

    private final CpGroupStatus statuses;
    private final LeaderChange leaders;
    private final PlaceMaker maker;

    /** Owned by the caller of {@link #log}. */
    private final PlaceTaker taker;

    /** The members whose logs this node followed in an earlier run; empty if it did not follow any. */
    private volatile Set<UUID> followed = Set.of();

    /** The members that keep the logs, as last learned, if this node is not one of them; otherwise empty. */
    private volatile Set<UUID> keepers = Set.of();

    /**
     * Creates the groups of those channels.
     *
     * @param count how many members keep them
     * @param deadline the time after which an unanswered proposal fails
     */
    public CpGroups(CpChannels channels, int count, Duration deadline) {
        this.channels = channels;
        this.members = channels.members();
        this.count = count;
        this.deadline = deadline;
        this.statuses = new CpGroupStatus(channels, this::keepers);
        this.leaders = new LeaderChange(channels, statuses, () -> !keepers.isEmpty());
        this.maker = new PlaceMaker(members, count);
        this.taker = new PlaceTaker(members, members.places(), count, System::nanoTime);
    }

    @Override
    public ReplicatedLog log(int group, Duration limit) throws IOException, InterruptedException {
        ReplicatedLog log;
        try {
            channels.awaitBegin(limit);
            if (members.joined()) {
                members.places().taken();
            } else if (keepers.isEmpty()) {
                long meeting = channels.meeting();
                keepers = taker.take(limit, followed);
                channels.follow(meeting);
                throw new NewcomerException("Other nodes keep the channels, this one follows them");
            }
            log = channels.log(group, limit, deadline);
        } catch (HazelcastException | IllegalStateException e) { // the others have not answered for minutes
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
        if (!keepers.isEmpty()) {
            return log;
        }
        // the Raft node is created once this node has heard of the group
        if (!Polling.until(limit, () -> channels.node(group) != null)) {
            throw noReplica(group, limit);
        }
        return log;
    }

    /** Explains why this node, which is a CP member, has no replica of a group. */
    private IOException noReplica(int group, Duration limit) throws LogClosedException, InterruptedException {
        requirePlace(limit);
        try {
            int all = await(members.all(), limit).size();
            if (all > count) {
                return new IOException("This node has no replica of group " + group + ", for " + all
                        + " nodes are to keep the channels; expected " + count
                        + ": wkctl raft remove of one that is lost, or of this one and an empty data directory for it");
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Those who keep the channels do not say who they are", e);
        }
        return new IOException("This node has no replica of group " + group + " yet");
    }

    @Override
    public void follows(Set<UUID> before) {
        followed = Set.copyOf(before);
    }

    @Override
    public Set<UUID> keepers() {
        return keepers;
    }

    @Override
    public CompletionStage<Boolean> askKeepers() {
        long meeting = channels.meeting();
        return members.all()
                .whenComplete((all, failure) -> {
                    if (failure != null) {
                        members.forgetOthers(keepers);
                    }
                })
                .thenApply(all -> follow(meeting, PlaceTaker.ids(all)));
    }

    private synchronized boolean follow(long meeting, Set<UUID> now) {
        if (now.stream().noneMatch(keepers::contains)) {
            return false;
        }
        keepers = now;
        channels.follow(meeting);
        return true;
    }

    @Override
    public boolean confirmed() {
        return channels.confirmed();
    }

    @Override
    public CompletionStage<Long> applied(int group, Duration limit) {
        return channels.applied(group, limit);
    }

    private static <T> T await(CompletionStage<T> answer, Duration limit)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void requirePlace(Duration limit) throws LogClosedException, InterruptedException {
        try {
            UUID replica = members.replica();
            if (replica != null
                    && await(members.all(), limit).stream()
                            .noneMatch(member -> member.getUuid().equals(replica))) {
                throw new LogClosedException(
                        "This node's place was taken: it was removed from those that keep the channels; expected an empty data"
                                + " directory, with which it is as any node without channels",
                        null);
            }
        } catch (ExecutionException | TimeoutException | HazelcastException | IllegalStateException e) {
            LOG.debug("Those who keep the channels do not say whether this node is one of them", e);
        }
    }

    @Override
    public boolean decided() {
        return channels.decided();
    }

    @Override
    public boolean perhapsKeptByOthers() {
        return members.perhapsOthers(count);
    }

    @Override
    public @Nullable UUID replica() {
        return members.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return maker.make(removed, here, gone);
    }

    @Override
    public CompletionStage<Void> remove(String node) {
        return members.all().thenCompose(all -> {
            List<CPMember> found = all.stream()
                    .filter(member -> ChannelMembers.where(member).equals(node))
                    .toList();
            if (found.size() != 1) {
                return CompletableFuture.failedFuture(
                        new IOException("No node that keeps the channels is " + node + "; expected one of "
                                + all.stream().map(ChannelMembers::where).toList()));
            }
            return members.remove(found.get(0));
        });
    }

    @Override
    public CompletionStage<Void> caughtUp(int group, Duration limit) {
        return channels.caughtUp(group, limit);
    }

    @Override
    public CompletionStage<GroupStatus> status(int group) {
        return statuses.status(group);
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        return members.all().thenCompose(all -> {
            Map<String, Set<Integer>> filling = new ConcurrentHashMap<>();
            CompletableFuture<?>[] asked = all.stream()
                    .map(member -> members.fillingWhere(member)
                            .thenAccept(groups -> filling.put(
                                    ChannelMembers.where(member),
                                    IntStream.of(groups).boxed().collect(Collectors.toUnmodifiableSet())))
                            .exceptionally(gone -> null) // it cannot lead either
                            .toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            return CompletableFuture.allOf(asked).thenApply(nothing -> Map.copyOf(filling));
        });
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String to) {
        return leaders.lead(group, to);
    }

    @Override
    public int members() {
        return count;
    }

    @Override
    public @Nullable String where() {
        RaftNode node = channels.node(0);
        return node == null ? null : members.where(node.getLocalMember());
    }

    @Override
    public LogFigures written() {
        return channels.written();
    }

    @Override
    public boolean led(int group) {
        RaftNode node = channels.node(group);
        return node != null && node.getLeader() != null;
    }

    @Override
    public boolean leads(int group) {
        return statuses.leads(group);
    }
}
