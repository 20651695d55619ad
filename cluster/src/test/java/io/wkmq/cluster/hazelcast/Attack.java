package io.wkmq.cluster.hazelcast;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A Java object that counts when it is deserialized, and the packets of Hazelcast's member protocol that would make a member deserialize
 * it.
 */
final class Attack implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final AtomicLong READ = new AtomicLong();

    private static final int VERSION = 4;
    private static final int OPERATION = 1;
    private static final int EVENT = 1 << 2;
    private static final int NO_PARTITION = -1;
    private static final int JAVA_SERIALIZATION = -100;

    /** How many were read in this process so far. */
    static long read() {
        return READ.get();
    }

    /** As an operation, which a member executes. */
    static byte[] operation() throws IOException {
        return packet(OPERATION);
    }

    /** As an event, which a member passes on to listeners. */
    static byte[] event() throws IOException {
        return packet(EVENT);
    }

    private static byte[] packet(int flags) throws IOException {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(object)) {
            out.writeObject(new Attack());
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        DataOutputStream payload = new DataOutputStream(data);
        payload.writeInt(0); // partition hash
        payload.writeInt(JAVA_SERIALIZATION);
        payload.write(object.toByteArray());
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(packet);
        out.writeByte(VERSION);
        out.writeChar(flags);
        out.writeInt(NO_PARTITION);
        out.writeInt(data.size());
        out.write(data.toByteArray());
        return packet.toByteArray();
    }

    private void readObject(ObjectInputStream in) throws IOException {
        READ.incrementAndGet();
    }
}
