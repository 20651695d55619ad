package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.List;
import java.util.function.Consumer;

/** Administrative access to what channels hold: records and cursors. Thread-safe; its methods block. */
public final class ChannelContents {
    private static final int READ_RECORDS = 256;
    private static final long READ_BYTES = 1 << 20;

    private final NodeChannels channels;

    /** Creates access to the given channels. */
    ChannelContents(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Removes the records of a channel before a sequence number.
     *
     * @throws ChannelException if there is no such channel
     */
    public void trim(String name, long first) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        EngineAnswers.await(channels.running().trim(channel.number(), first));
    }

    /**
     * Returns the extent of a channel.
     *
     * @throws ChannelException if there is no such channel
     */
    public Position position(String name) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        Position position = EngineAnswers.await(channels.running().position(channel.number()));
        if (position == null) {
            throw new ChannelException("Channel " + name + " was removed", null);
        }
        return position;
    }

    /**
     * Returns the cursors of a channel.
     *
     * @throws ChannelException if there is no such channel
     */
    public List<CursorStatus> cursors(String name) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        return EngineAnswers.await(channels.running().cursors(channel.number()));
    }

    /**
     * Sets a cursor of a channel, creating it if needed, and ends its reader.
     *
     * @param start the record its next reader begins with
     * @throws ChannelException if there is no such channel, or it has too many cursors
     */
    public void resetCursor(String name, String cursor, ReadStart start) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        EngineAnswers.await(channels.running().resetCursor(channel.number(), cursor, start));
    }

    /**
     * Removes a cursor of a channel and ends its reader.
     *
     * @throws ChannelException if there is no such channel or cursor
     */
    public void removeCursor(String name, String cursor) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        EngineAnswers.await(channels.running().removeCursor(channel.number(), cursor));
    }

    /**
     * Passes the records of a channel that exist now to a consumer, in order.
     *
     * @param most the maximum number of records
     * @throws ChannelException if there is no such channel, or it cannot be read
     */
    public void read(String name, ReadStart start, long most, Consumer<ChannelRecord> each) throws ChannelException {
        long end = position(name).next();
        try (ChannelReader reader =
                EngineAnswers.await(channels.running().read(channels.known(name).number(), start))) {
            long left = most;
            while (left > 0 && reader.position() < end) {
                ReadBatch batch = EngineAnswers.await(reader.read((int) Math.min(left, READ_RECORDS), READ_BYTES));
                batch.records().stream().filter(record -> record.seq() < end).forEach(each);
                left -= batch.records().size();
            }
        }
    }
}
