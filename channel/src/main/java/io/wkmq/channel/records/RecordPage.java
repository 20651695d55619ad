package io.wkmq.channel.records;

import io.wkmq.channel.storage.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Records of a channel as one node gives them to another: as they are in a file, with their checksums. Stateless. */
public final class RecordPage {
    private RecordPage() {}

    /** Encodes records of a channel. */
    public static byte[] encode(int channel, List<ChannelRecord> records) {
        int bytes = 0;
        for (ChannelRecord record : records) {
            bytes = Math.addExact(bytes, record.bytes());
        }
        ByteBuffer page = ByteBuffer.allocate(bytes);
        RecordFormat format = new RecordFormat(channel);
        for (ChannelRecord record : records) {
            format.write(page, record);
        }
        return page.array();
    }

    /**
     * Decodes records of a channel.
     *
     * @throws CorruptDataException if they are not what was encoded for that channel
     */
    public static List<ChannelRecord> decode(int channel, byte[] bytes) {
        RecordFormat format = new RecordFormat(channel);
        List<ChannelRecord> records = new ArrayList<>();
        ByteBuffer page = ByteBuffer.wrap(bytes);
        while (page.hasRemaining()) {
            if (!format.whole(page)) {
                throw new CorruptDataException("Records of channel " + channel + " are damaged at byte "
                        + page.position() + " of " + bytes.length);
            }
            records.add(RecordFormat.read(page));
        }
        return records;
    }
}
