package io.wkmq.channel.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The replicated logs of an engine's groups, and the set of nodes that keep them. Thread-safe. */
public interface GroupLogs {
    /**
     * Returns the log of a group, creating it if needed. Blocks until the nodes that keep it have met. A node that is none of them and
     * finds no place among them, which the first call finds out, can propose all the same from the next call on; it then has
     * {@link #keepers}.
     *
     * @param limit how long to wait
     * @throws LogClosedException if this node cannot take part, with the reason
     * @throws NewcomerException if this node is about to become one of those that keep the logs, or was found to follow them
     * @throws IOException on timeout, with the reason
     */
    ReplicatedLog log(int group, Duration limit) throws IOException, InterruptedException;

    /**
     * Sets the nodes that kept the logs which this node follows, by {@link #replica}; empty if it follows none. It is to have no part in
     * the logs of others, nor a place among those that keep them. Must be called before {@link #log}.
     */
    void follows(Set<UUID> keepers);

    /**
     * Returns the nodes that keep the logs, as last told, if this node is none of them; empty if it is one. Must be called after
     * {@link #log}.
     */
    Set<UUID> keepers();

    /**
     * Asks which nodes keep the logs now. If some of the {@link #keepers} are still among them, the answer becomes the new keepers and is
     * {@link #confirmed}; otherwise nothing changes. Does not block; fails after some seconds without an answer from a majority.
     *
     * @return whether some of the keepers are still among them
     */
    CompletionStage<Boolean> askKeepers();

    /**
     * Returns whether the nodes around this one are known to keep the logs that it follows, as told since it last started among them or
     * moved to them. Until then it proposes nothing and asks no leader. Always true of a node that keeps the logs itself. Any thread.
     */
    boolean confirmed();

    /**
     * Returns the index of the last entry of a group's log that affects channels and was committed before this call, according to its
     * leader, which verifies its leadership first. Does not block; cheap for many concurrent calls.
     *
     * @param limit after which it fails, give or take a second
     */
    CompletionStage<Long> applied(int group, Duration limit);

    /**
     * Completes once this node's replica has applied every entry acknowledged to anybody before the call. Does not block.
     *
     * @param limit after which it fails
     */
    CompletionStage<Void> caughtUp(int group, Duration limit);

    /**
     * Removes a permanently lost node from those that keep the logs, so that another one can take its place. Does not block.
     *
     * @param node its address, as {@link #status} reports it
     */
    CompletionStage<Void> remove(String node);

    /**
     * Checks whether this node, which has replicas, still counts among those that keep the logs. Blocks; does nothing if too few of them
     * are present to tell.
     *
     * @param limit how long to wait at most
     * @throws LogClosedException if it does not count: it was removed, and another one may have its place
     */
    void requirePlace(Duration limit) throws LogClosedException, InterruptedException;

    /**
     * Returns whether it is decided which nodes keep the logs, as far as this node knows: that takes as many nodes as are to keep them.
     * Does not block.
     */
    boolean decided();

    /**
     * Returns whether other nodes may keep the logs without this one knowing: it keeps none although that is {@link #decided}, or it is
     * among more nodes than are to keep them. Does not block; throws nothing.
     */
    boolean perhapsKeptByOthers();

    /** Returns the id of this node's replica, which lasts as long as its disk; null if it keeps none. */
    @Nullable
    UUID replica();

    /**
     * Takes a removed node off those that keep the logs, if another present node waits for a place, and the remaining ones are safe: all
     * others that keep the logs, not counting those that are gone like it, are a majority, are present and miss nothing. So the logs go on,
     * and nothing acknowledged is lost. Does not block.
     *
     * @param removed the {@link #replica} of the removed node; nothing happens if it does not keep the logs, or there is a free place
     * @param here returns the replicas of the present nodes. Called when all others have answered, which takes some seconds; on any
     *     thread, must not block
     * @param gone tests whether a replica belongs to nobody but a node that is removed and away. Called like {@code here}, and also at
     *     the start
     * @return whether the node was taken off, with the same certainty as {@link #remove}
     */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** Returns the status of a group's log, as this node knows it. Does not block. */
    CompletionStage<GroupStatus> status(int group);

    /**
     * Returns, by node, the groups whose replica on that node misses entries that are being fetched: the node should not lead them, and
     * hands them over if it does. Nodes are addressed as in {@link #status}; those that do not answer within some seconds are left out.
     * Does not block.
     */
    CompletionStage<Map<String, Set<Integer>>> filling();

    /**
     * Transfers the leadership of a group to another node, by an election that raises the term. Proposals in flight are proposed again;
     * nothing acknowledged is lost. Completes once this node's replica knows the new leader; fails with an {@link IOException} after some
     * seconds, or if the node cannot lead. Does not block.
     *
     * @param node its address, as in {@link #status}; null for any other node that is present
     */
    CompletionStage<Void> lead(int group, @Nullable String node);

    /** Returns how many nodes are to keep the logs, present or not. */
    int members();

    /** Returns the address of this node, as in {@link #status}; null while it has no replica. */
    @Nullable
    String where();

    /** Returns statistics of what this node wrote to all logs. */
    LogFigures written();

    /** Returns whether a group has a leader, as far as this node knows. */
    boolean led(int group);

    /** Returns whether this node leads a group, as far as it knows. If two nodes claim so, one is wrong. */
    boolean leads(int group);
}
