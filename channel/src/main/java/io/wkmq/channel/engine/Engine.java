package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps channels, identified by number, and their registry. Thread-safe; never blocks except in {@link #close}. Stages complete once the
 * effect is durable, on any thread, which must not be blocked; they fail if the outcome is unknown.
 */
public interface Engine extends AutoCloseable {
    /** Returns whether messages are replicated to other nodes before they are acknowledged. */
    boolean replicated();

    /** Sets the only listener of registry changes from now on. */
    void listen(RegistryListener listener);

    /** Returns the number of the group that a channel belongs to. */
    int group(int channel);

    /** Creates a channel, or updates its rules if the given ones are newer. A channel that was dropped does not come back. */
    CompletionStage<Void> configure(int channel, ChannelRules rules);

    /** Removes the records of a channel before a sequence number. */
    CompletionStage<Void> trim(int channel, long first);

    /**
     * Changes the set of channels, or what the registry knows of nodes. When the stage completes the listener has been notified. Informing
     * the groups of the channels is a separate step that has to follow.
     */
    CompletionStage<RegistryAnswer> change(RegistryOp op);

    /**
     * Returns what the registry knows of nodes, from this node's copy of it, which may lag behind others. Fails until that copy has
     * everything acknowledged before this node began.
     */
    CompletionStage<List<RegisteredNode>> nodes();

    /** Returns whether this node leads the registry, as far as it knows: the one of its nodes that speaks for nodes that are away. */
    boolean leadsRegistry();

    /** Deletes, for good, the data of a channel that is not in the registry any more. */
    CompletionStage<Void> clear(int channel);

    /** Returns the channels of the registry. */
    CompletionStage<List<ChannelDefinition>> channels();

    /** Returns the channel of that name, from this node's copy of the registry; null if there is none. */
    CompletionStage<@Nullable ChannelDefinition> find(String name);

    /** Returns the numbers of channels that were removed from the registry and are still to be cleared. */
    CompletionStage<List<Integer>> deleted();

    /** Appends a message, as {@link Appender#append}. */
    CompletionStage<Appended> append(int channel, Entry entry);

    /** Returns whether a channel can take messages now, as far as this node knows: whether there is a quorum. */
    boolean quorum(int channel);

    /**
     * Returns whether this node may not know which channels exist: then it must not take any message for an ordinary one. Called for each
     * message.
     */
    boolean blind();

    /** Returns whether the registry's notifications may be about old changes: this node has not caught up with it yet. */
    boolean behind();

    /** Reads a channel, as {@link GroupReplica#read}. */
    CompletionStage<ChannelReader> read(int channel, ReadStart start);

    /** Takes a cursor and reads on from there, as {@link HeldCursors#take}. */
    CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start);

    /** Returns by how many records readers with cursors lag behind, as {@link HeldCursors#lags}. */
    Map<Integer, Long> cursorLags();

    /** Joins a group of readers, as {@link SharedReadings#join}; the group spans nodes if these keep the channels together. */
    CompletionStage<GroupSeat> join(int channel, ReadingGroup group, String reader, ReadStart start);

    /** Sets a cursor, and takes it away from its holder, as {@link HeldCursors#reset}. */
    CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start);

    /** Removes a cursor, as {@link HeldCursors#remove}. */
    CompletionStage<Void> removeCursor(int channel, String cursor);

    /** Returns the cursors of a channel, as {@link GroupReplica#cursors}. */
    CompletionStage<List<CursorStatus>> cursors(int channel);

    /** Returns the extent of a channel on this node; null if there is no such channel. */
    CompletionStage<@Nullable Position> position(int channel);

    /**
     * Scrubs the records of a channel, or of all, now: verifies them on this node's disk and repairs damaged ones from other nodes.
     *
     * @param channel null for all
     * @param patienceMs after which the stage completes with interim results while the scrub goes on
     */
    CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs);

    /** Returns the known damage on this node's disk, for operators; null if there is none. */
    @Nullable
    String damage();

    /** Returns why nothing is appended now, for operators; null if appends work. */
    @Nullable
    String trouble();

    /** Returns the status of the logs kept together with other nodes; empty if there are none. */
    CompletionStage<List<GroupStatus>> groups();

    /** Returns how many logs are to be kept together with other nodes, including the registry's; 0 if there are none. */
    int groupsExpected();

    /**
     * Returns whether this node certainly has none of the data that others keep together: it asked for a part in that and has none, or who
     * is to keep it is not decided yet.
     */
    boolean keepsNothing();

    /** Returns the id of this node's replica, as {@link GroupLogs#replica}; null if it keeps none with others. */
    @Nullable
    UUID replica();

    /** Makes room for a node that waits for a place, as {@link GroupLogs#makePlace}. */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** Removes a permanently lost node from those that keep the logs, as {@link GroupLogs#remove}. */
    CompletionStage<Void> removeNode(String node);

    /** Returns the groups that nodes should not lead now, as {@link GroupLogs#filling}. */
    CompletionStage<Map<String, Set<Integer>>> filling();

    /** Transfers the leadership of a group, as {@link GroupLogs#lead}. */
    CompletionStage<Void> lead(int group, @Nullable String node);

    /** Returns whether this node is a learner: others keep the replicas, and this node has copies of them, which count in no majority. */
    boolean learner();

    /** Returns how many nodes are to have a replica of each channel, present or not. */
    int replicas();

    /** Returns the nodes that are present and can report what their replicas hold; this one first. */
    List<Auditee> auditees();

    /**
     * Returns the engine's statistics.
     *
     * @param ends the channels' last sequence numbers
     */
    ChannelFigures figures(ChannelFigures.Ends ends);

    /** Closes the engine after finishing what was begun. Blocks; idempotent. */
    @Override
    void close() throws IOException;
}
