package io.wkmq.session;

import io.wkmq.routing.TopicName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 64-bit hashes of topics and of their retained entries, equal on all nodes; the XOR of entry hashes represents a set of
 * entries. Clients cannot make them cancel out, as messages are stamped with a time unknown to the client. Stateless.
 */
final class RetainedHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private RetainedHash() {}

    static long of(TopicName topic) {
        byte[] bytes = topic.utf8();
        long hash = bytes.length * FACTOR;
        int at = 0;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONGS.get(bytes, at));
        }
        long rest = 0;
        for (; at < bytes.length; at++) {
            rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
        }
        return mixed(hash ^ rest);
    }

    /** Returns a hash of topic and stamp. Excludes the payload, so that a message and its removal by expiry are equal. */
    static long of(long topic, StampedMessage message) {
        long node = message.node().value().getMostSignificantBits() * FACTOR
                ^ message.node().value().getLeastSignificantBits();
        return mixed(mixed(topic ^ mixed(message.time())) ^ mixed(node ^ message.acceptedAtMs()));
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 32)) * FACTOR;
        mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 32);
    }
}
