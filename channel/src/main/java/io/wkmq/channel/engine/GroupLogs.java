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

/** The logs of all groups of an engine, as some nodes keep them together. Thread-safe. */
public interface GroupLogs {
    /**
     * The log of a group, which is made if it is not there. Blocks until the nodes that keep it have met. If this node is none of them and
     * there is no place for it, which the first call finds out, it can propose all the same, with the next call; then it has {@link #keepers}.
     *
     * @param limit how long
     * @throws LogClosedException if this node cannot take part, with the reason
     * @throws NewcomerException if it is about to be one of them, or was found to follow them
     * @throws IOException if that is not so by then, with the reason
     */
    ReplicatedLog log(int group, Duration limit) throws IOException, InterruptedException;

    /**
     * Which nodes kept the logs that this node follows, by their {@link #replica}; none if it follows none. It is to have no part in others, nor
     * a place among those that keep them. Before {@link #log}.
     */
    void follows(Set<UUID> keepers);

    /** Which nodes keep the logs, as this one was told last, if it is none of them; none if it is. Behind {@link #log}. */
    Set<UUID> keepers();

    /**
     * Asks which nodes keep the logs now. If some of the {@link #keepers} are still among them these are the keepers from now on, and that is
     * {@link #confirmed}; if not nothing changes. Does not block; fails within some seconds if most of them do not say so.
     *
     * @return whether some still are
     */
    CompletionStage<Boolean> askKeepers();

    /**
     * Whether the nodes that this one is among keep the logs that it follows, as it was told since it was last started among them or has moved
     * to them: until then it proposes nothing, and asks no leader. So it is of a node that keeps them itself. Any thread.
     */
    boolean confirmed();

    /**
     * The last entry of a group's log that had an effect on channels and was committed before this call, as its leader says, who made sure that
     * it leads. Does not block; cheap for many at once.
     *
     * @param limit after which it fails, give or take a second
     */
    CompletionStage<Long> applied(int group, Duration limit);

    /**
     * Completes once this node's own replica has applied all that was acknowledged to anybody before. Does not block.
     *
     * @param limit after which it fails
     */
    CompletionStage<Void> caughtUp(int group, Duration limit);

    /**
     * Removes a node that is lost for ever from those that keep the logs, so that another one can take its place. Does not block.
     *
     * @param node where it was, as {@link #status} says it
     */
    CompletionStage<Void> remove(String node);

    /**
     * Looks whether this node, which has replicas, still counts among those that keep the logs. Blocks; nothing happens if too few of them
     * are here to say so.
     *
     * @param limit how long at most
     * @throws LogClosedException if it does not: it was removed, and another one is or may be in its place
     */
    void requirePlace(Duration limit) throws LogClosedException, InterruptedException;

    /**
     * Whether it is decided which nodes keep the logs, as far as this node knows: not before as many have met as are to keep them. Does not
     * block.
     */
    boolean decided();

    /**
     * Whether others may keep the logs, though this node has not heard of them: it keeps none, and that is {@link #decided}, or it is among more
     * nodes than are to keep them. Does not block; throws nothing.
     */
    boolean perhapsKeptByOthers();

    /** By which those who keep the logs know this node, as long as it has its disk; null if it is none of them. */
    @Nullable
    UUID replica();

    /**
     * Takes a node whose administrator removed it off those that keep the logs, if another one is here that waits for a place, and all others
     * that keep them, without those that are gone like it, are most of them, are here and miss nothing: so the logs go on, and nothing is lost
     * that was acknowledged. Does not block.
     *
     * @param removed the {@link #replica} of the one that was removed; nothing happens if it is none of them, or there is a place
     * @param here those of the nodes that are here. Asked when all others have answered, which takes some seconds; from any thread, must not
     *     block
     * @param gone whether all that speaks for it is so of a replica: nobody has it any more but who is removed and not here. The same, and at
     *     the begin
     * @return whether that was done, as sure as of a {@link #remove}
     */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** What this node knows of the log of a group. Does not block. */
    CompletionStage<GroupStatus> status(int group);

    /**
     * The groups of which a node's replica misses something, which is being fetched: it should not lead them, and hands them over if it
     * does. By where the node is, as {@link #status} says it; who does not answer within some seconds is left out. Does not block.
     */
    CompletionStage<Map<String, Set<Integer>>> filling();

    /**
     * Has another node lead the log of a group, by an election that raises its term. What is on its way into the log is proposed again;
     * nothing that was acknowledged is lost. Completes once this node's replica has that leader; fails with an {@link IOException} if it
     * has not within some seconds, or the node cannot lead. Does not block.
     *
     * @param node where it is, as {@link #status} says it; null for any other one that is here
     */
    CompletionStage<Void> lead(int group, @Nullable String node);

    /** How many nodes are to keep them, be they here or not. */
    int members();

    /** Where this node is, as {@link #status} says it; null while it has no replica of them. */
    @Nullable
    String where();

    /** What was written of all of them on this node. */
    LogFigures written();

    /** Whether somebody says what gets into the log of a group, as far as this node knows. */
    boolean led(int group);

    /** Whether it is this node that does, as far as it knows. Of two nodes that say so one is wrong. */
    boolean leads(int group);
}
