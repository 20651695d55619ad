package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.exception.CallerNotMemberException;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.cluster.membership.Messenger;
import java.io.IOException;

/**
 * One control message between nodes: a request, an answer, or a failure. One-way; an answer is matched to its request by its number. Runs
 * on Hazelcast's threads for operations without a partition, so messages may overtake each other.
 */
final class MessageOperation extends Operation implements IdentifiedDataSerializable {
    /** A message in an encoding unknown to this version. */
    static final byte UNKNOWN = 0;

    static final byte REQUEST = 1;
    static final byte ANSWER = 2;
    static final byte FAILURE = 3;

    private static final byte VERSION = 1;

    private byte kind = UNKNOWN;
    private int service;
    private long number;
    private byte[] body = {};

    /** Used for deserialization. */
    MessageOperation() {}

    MessageOperation(byte kind, int service, long number, byte[] body) {
        this.kind = kind;
        this.service = service;
        this.number = number;
        this.body = body;
    }

    byte kind() {
        return kind;
    }

    int service() {
        return service;
    }

    long number() {
        return number;
    }

    byte[] body() {
        return body;
    }

    @Override
    public void run() {
        Member sender = getNodeEngine().getClusterService().getMember(getCallerAddress());
        if (sender == null) {
            getLogger().info("Dropped a message of " + getCallerAddress() + ": no member any more");
            return;
        }
        Wire wire = getService();
        wire.received(PeerAttributes.read(sender.getAttributes()).id(), this);
    }

    /** Keeps a message that Hazelcast does not run because it does not see the sender as a member. */
    @Override
    public void onExecutionFailure(Throwable failure) {
        if (failure instanceof CallerNotMemberException) {
            Wire wire = getService();
            wire.early(getCallerAddress(), this);
        }
    }

    @Override
    public void logError(Throwable failure) {
        if (failure instanceof CallerNotMemberException) {
            getLogger().fine("A message came early: " + failure.getMessage());
        } else {
            super.logError(failure);
        }
    }

    @Override
    public boolean returnsResponse() {
        return false;
    }

    @Override
    public String getServiceName() {
        return Wire.SERVICE;
    }

    @Override
    protected void writeInternal(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(kind);
        out.writeByte(service);
        out.writeLong(number);
        out.writeByteArray(body);
    }

    @Override
    protected void readInternal(ObjectDataInput in) throws IOException {
        if (in.readByte() != VERSION) {
            return; // Hazelcast would log an exception each time
        }
        byte sent = in.readByte();
        service = in.readByte();
        number = in.readLong();
        byte[] read = in.readByteArray();
        if (read != null && read.length <= Messenger.MESSAGE_BYTES_MAX) {
            kind = sent;
            body = read;
        }
    }

    @Override
    public int getFactoryId() {
        return WireFactory.ID;
    }

    @Override
    public int getClassId() {
        return WireFactory.MESSAGE;
    }
}
