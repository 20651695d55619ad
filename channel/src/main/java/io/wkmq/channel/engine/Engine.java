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
 * Keeps channels, by their numbers, and the registry of them. Thread-safe; never blocks but in {@link #close}. Stages complete once what
 * was asked for cannot be lost any more, on any thread, which must not be blocked; exceptionally if that is not known.
 */
public interface Engine extends AutoCloseable {
    /** Whether what is in the channels is on other nodes too before that is said. */
    boolean replicated();

    /** Tells that one, and nobody else, what changes in the registry from now on. */
    void listen(RegistryListener listener);

    /** The number of the group that a channel is in. */
    int group(int channel);

    /** Makes a channel, or gives it other rules if they are newer. A channel that was dropped does not come back. */
    CompletionStage<Void> configure(int channel, ChannelRules rules);

    /** Removes the records of a channel in front of a number. */
    CompletionStage<Void> trim(int channel, long first);

    /**
     * Changes which channels there are, or what is said of nodes. Once the stage completes, the listener was told. What the change means
     * for the groups of channels is to be told to these then.
     */
    CompletionStage<RegistryAnswer> change(RegistryOp op);

    /**
     * What the registry says of nodes, as this node's copy has it, which may be behind others. Fails until that one has all that was
     * acknowledged before this node began.
     */
    CompletionStage<List<RegisteredNode>> nodes();

    /** Whether this node leads the registry, as far as it knows: of those that keep it one should speak for nodes that are not here. */
    boolean leadsRegistry();

    /** Removes what a channel that is not in the registry any more has, for ever. */
    CompletionStage<Void> clear(int channel);

    /** The channels of the registry. */
    CompletionStage<List<ChannelDefinition>> channels();

    /** The channel of that name in the registry, as this node has it; null if there is none. */
    CompletionStage<@Nullable ChannelDefinition> find(String name);

    /** The numbers of channels that were removed from the registry and have to be cleared. */
    CompletionStage<List<Integer>> deleted();

    /** Appends a message, as {@link Appender#append}. */
    CompletionStage<Appended> append(int channel, Entry entry);

    /** Whether a channel can take messages now, as far as this node knows: whether enough of those who keep it are there. */
    boolean quorum(int channel);

    /**
     * Whether this node does not know which channels there are although others have some: then no message may be taken for one that is in
     * none. Asked for each message.
     */
    boolean blind();

    /** Whether what the registry tells now may have been so for long: this node has yet to hear all that others were told. */
    boolean behind();

    /** Reads a channel, as {@link GroupReplica#read}. */
    CompletionStage<ChannelReader> read(int channel, ReadStart start);

    /** Takes a cursor and reads on from there, as {@link HeldCursors#take}. */
    CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start);

    /** By how many records readers with cursors are behind, as {@link HeldCursors#lags}. */
    Map<Integer, Long> cursorLags();

    /** Joins a group of readers, as {@link SharedReadings#join}; one of several nodes, if they keep the channels together. */
    CompletionStage<GroupSeat> join(int channel, ReadingGroup group, String reader, ReadStart start);

    /** Sets a cursor, and takes it away from who has it, as {@link HeldCursors#reset}. */
    CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start);

    /** Removes a cursor, as {@link HeldCursors#remove}. */
    CompletionStage<Void> removeCursor(int channel, String cursor);

    /** The cursors of a channel, as {@link GroupReplica#cursors}. */
    CompletionStage<List<CursorStatus>> cursors(int channel);

    /** What a channel has on this node; null if there is none. */
    CompletionStage<@Nullable Position> position(int channel);

    /**
     * Looks now through the records of a channel, or of all, whether they are on this node's disk as they were written, and has repaired what
     * is not, if other nodes have it.
     *
     * @param channel null for all
     * @param patienceMs after which the stage completes with what was found so far, while it goes on
     */
    CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs);

    /** What is known to be damaged on this node's disk, for an operator; null if nothing is. */
    @Nullable
    String damage();

    /** Why nothing is appended now, for an operator; null if it is. */
    @Nullable
    String trouble();

    /** What this node knows of the logs that it keeps together with others; nothing if there are none. */
    CompletionStage<List<GroupStatus>> groups();

    /** How many logs there are to be kept together with others, the registry's too; 0 if there are none. */
    int groupsExpected();

    /**
     * Whether this node surely has nothing of what others keep together: it asked for a part in that, and has none, or it is not decided yet
     * who is to keep it.
     */
    boolean keepsNothing();

    /** By which the nodes that keep the logs know this one, as {@link GroupLogs#replica}; null if it keeps none with others. */
    @Nullable
    UUID replica();

    /** Makes place for a node that waits for one, as {@link GroupLogs#makePlace}. */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone);

    /** Removes a node that is lost for ever from those that keep the logs, as {@link GroupLogs#remove}. */
    CompletionStage<Void> removeNode(String node);

    /** The groups that nodes should not lead now, as {@link GroupLogs#filling}. */
    CompletionStage<Map<String, Set<Integer>>> filling();

    /** Has another node lead the log of a group, as {@link GroupLogs#lead}. */
    CompletionStage<Void> lead(int group, @Nullable String node);

    /** Whether others keep the replicas and this node has copies of them, which count in no majority. */
    boolean learner();

    /** How many nodes are to have a replica of each channel, be they here or not. */
    int replicas();

    /** The nodes that are here and say what their replicas have; this one first. */
    List<Auditee> auditees();

    /**
     * What it does.
     *
     * @param ends what is known of its channels
     */
    ChannelFigures figures(ChannelFigures.Ends ends);

    /** Finishes what was begun. Blocks; does nothing if that was called before. */
    @Override
    void close() throws IOException;
}
