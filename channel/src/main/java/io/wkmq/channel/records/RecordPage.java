package io.wkmq.channel.records;

import io.wkmq.channel.storage.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A page of records as sent between nodes: in the file format, with checksums. Stateless. */
public final class RecordPage {
    private RecordPage() {}

    /** Returns the longest contiguous prefix of these records. */
    public static List<ChannelRecord> dense(List<ChannelRecord> records) {
        for (int i = 1; i < records.size(); i++) {
            if (records.get(i).seq() != records.get(i - 1).seq() + 1) {
                return records.subList(0, i);
            }
        }
        return records;
    }

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
     * @throws CorruptDataException if they are damaged, or of another channel
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
