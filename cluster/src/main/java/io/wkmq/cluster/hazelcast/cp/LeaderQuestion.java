package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** A question or order to the leader of a channel group. A query: never part of a log, and safe to repeat. Its encoding has a version. */
abstract class LeaderQuestion extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    @Override
    protected final String getServiceName() {
        return ChannelService.NAME;
    }

    @Override
    public final boolean isRetryableOnIndeterminateOperationState() {
        return true;
    }

    @Override
    public final int getFactoryId() {
        return CpFactory.ID;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(getClass().getSimpleName() + " has version " + version + "; expected " + VERSION);
        }
    }
}
