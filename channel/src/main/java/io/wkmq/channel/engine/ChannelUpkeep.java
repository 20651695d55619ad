package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Administrative tasks on a node's channels that take long. Thread-safe; its methods block. */
public final class ChannelUpkeep {
    private static final long PATIENCE_MS = 20_000;

    private final NodeChannels channels;

    /** Creates the tasks of the given channels. */
    public ChannelUpkeep(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Scrubs the records of a channel, or of all, on this node's disk, and repairs damaged ones from other nodes. Blocks until that is
     * done, or returns interim results after a while; the scrub goes on, and calling again waits for the rest.
     *
     * @param name null for all channels
     * @throws ChannelException if there is no such channel, or the scrub fails
     */
    public ScrubReport scrub(@Nullable String name) throws ChannelException {
        Integer number = name == null ? null : (Integer) channels.known(name).number();
        Engine in = channels.engine();
        return in == null ? new ScrubReport(true, 0, 0, 0, 0) : EngineAnswers.await(in.scrub(number, PATIENCE_MS));
    }

    /**
     * Moves channels that this node has kept alone to the nodes that keep channels together; resumes a move that was interrupted. Blocks
     * until that is done, or returns interim results after a while; the move goes on, and calling again waits for the rest.
     *
     * @param name null for all
     * @throws ChannelException if there is no such channel here, or it cannot be moved now
     */
    public MoveReport replicate(@Nullable String name) throws ChannelException {
        if (!channels.replicated()) {
            throw new ChannelException(
                    "This node keeps its channels alone; expected cluster.channels.replicas = 3 on it and on two more",
                    null);
        }
        ChannelMoves mine = channels.moves();
        boolean has = mine != null && (name == null || mine.has(name));
        if (!has && name != null && channels.find(name) == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        SortedSet<String> elsewhere = channels.announced();
        if (!has && (name == null ? !elsewhere.isEmpty() : elsewhere.contains(name))) {
            throw new ChannelException(
                    "Channels " + (name == null ? elsewhere : name)
                            + " are not on this node; expected the one that kept them alone",
                    null);
        }
        return mine == null ? new MoveReport(true, 0, 0, 0) : EngineAnswers.await(mine.replicate(name, PATIENCE_MS));
    }
}
