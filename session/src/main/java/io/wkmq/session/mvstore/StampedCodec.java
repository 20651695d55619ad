package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.session.StampedMessage;
import java.util.UUID;

/**
 * The stored form of a retained entry: format 2 is a stamp and a message. Entries from before stamps existed consist of a
 * message only and are read with stamp 0. Stateless.
 */
final class StampedCodec {
    private static final int VERSION = 2;
    private static final NodeId NOBODY = new NodeId(new UUID(0, 0));

    private StampedCodec() {}

    static void write(ByteWriter out, StampedMessage message) {
        UUID node = message.node().value();
        out.int8(VERSION);
        out.int64(message.time()).int64(node.getMostSignificantBits()).int64(node.getLeastSignificantBits());
        MessageCodec.write(out, message);
    }

    static StampedMessage read(ByteReader in) {
        int version = in.int8();
        if (version != VERSION) {
            return new StampedMessage(MessageCodec.read(in, version), 0, NOBODY);
        }
        long time = in.int64();
        if (time < 0 || time > StampedMessage.TIME_MAX) {
            throw new CorruptDataException(
                    "A stored stamp has the time " + time + "; expected 0 to " + StampedMessage.TIME_MAX);
        }
        NodeId node = new NodeId(new UUID(in.int64(), in.int64()));
        Message message = MessageCodec.read(in);
        return new StampedMessage(message, time, node);
    }
}
