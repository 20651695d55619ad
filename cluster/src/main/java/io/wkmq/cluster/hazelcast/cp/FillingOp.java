package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import java.io.IOException;

/** Asks a member of which groups its replicas miss something, or may: see {@link ChannelService#filling}. It never is in a log. */
final class FillingOp extends Operation implements IdentifiedDataSerializable {
    private static final int VERSION = 1;

    private int[] filling = {};

    @Override
    public void run() throws IOException {
        ChannelService service = getService();
        filling = service.filling();
    }

    @Override
    public Object getResponse() {
        return filling;
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
        return CpFactory.FILLING_OP;
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
                    "A question for what is being fetched has version " + version + "; expected " + VERSION);
        }
    }
}
