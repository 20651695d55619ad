package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** What administrators have done with the channels of a node that takes long. Thread-safe; its methods block. */
public final class ChannelUpkeep {
    private static final long PATIENCE_MS = 20_000;

    private final NodeChannels channels;

    /** Of these channels. */
    public ChannelUpkeep(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Looks through the records of a channel, or of all, for damage on this node's disk, and has repaired what other nodes have. Blocks until
     * that is done, or some time has passed: then it goes on, and who asks again waits for the rest.
     *
     * @param name null for all channels
     * @throws ChannelException if there is no such channel, or they cannot be looked through
     */
    public ScrubReport scrub(@Nullable String name) throws ChannelException {
        Integer number = name == null ? null : (Integer) channels.known(name).number();
        Engine in = channels.engine();
        return in == null ? new ScrubReport(true, 0, 0, 0, 0) : EngineAnswers.await(in.scrub(number, PATIENCE_MS));
    }

    /**
     * Moves channels that this node has kept alone to the nodes that keep channels together; goes on where an earlier move was interrupted.
     * Blocks until that is done, or some time has passed: then it goes on, and who asks again waits for the rest.
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
