package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import java.io.IOException;

/**
 * Asks a node whether it wants a place among the nodes that keep the channels. Never part of a log. The answer is a byte: {@link #NONE},
 * {@link #WAITS} or {@link #TAKES_ITS_OWN}.
 */
final class PlaceOp extends Operation implements IdentifiedDataSerializable {
    private static final int VERSION = 1;

    /** The node wants no place. */
    static final byte NONE = 0;

    /** The node wants the place of a removed node, or a free one. */
    static final byte WAITS = 1;

    /** The node is taking back its own former place, which nobody else must take. */
    static final byte TAKES_ITS_OWN = 2;

    private byte wants = NONE;

    @Override
    public void run() {
        ChannelService service = getService();
        wants = service.places().asked(System.nanoTime());
    }

    @Override
    public Object getResponse() {
        return wants;
    }

    @Override
    public String getServiceName() {
        return ChannelService.NAME;
    }

    @Override
    public int getFactoryId() {
        return CpFactory.ID;
    }

    @Override
    public int getClassId() {
        return CpFactory.PLACE_OP;
    }

    @Override
    protected void writeInternal(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
    }

    @Override
    protected void readInternal(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "A question for who waits for a place has version " + version + "; expected " + VERSION);
        }
    }
}
