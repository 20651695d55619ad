package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import java.io.IOException;

/** Asks a member whether it waits for a place among those that keep the channels. It never is in a log. */
final class PlaceOp extends Operation implements IdentifiedDataSerializable {
    private static final int VERSION = 1;

    private boolean waits;

    @Override
    public void run() {
        ChannelService service = getService();
        waits = service.waitsForPlace();
    }

    @Override
    public Object getResponse() {
        return waits;
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
