package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node which of its replicas are incomplete, or may be: see {@link ChannelService#filling}. If addressed to a particular member, it
 * answers null if the node is a different one. Never part of a log.
 */
final class FillingOp extends Operation implements IdentifiedDataSerializable {
    private static final int OF_ANY = 1;
    private static final int OF_MEMBER = 2;

    private @Nullable UUID member;
    private int @Nullable [] filling;

    /** Asks whichever member is there. */
    FillingOp() {}

    /** Asks the given member. */
    FillingOp(UUID member) {
        this.member = member;
    }

    @Override
    public void run() {
        ChannelService service = getService();
        filling = member == null ? service.filling() : service.filling(member);
    }

    @Override
    public @Nullable Object getResponse() {
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
        UUID of = member;
        out.writeByte(of == null ? OF_ANY : OF_MEMBER);
        if (of != null) {
            out.writeLong(of.getMostSignificantBits());
            out.writeLong(of.getLeastSignificantBits());
        }
    }

    @Override
    protected void readInternal(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != OF_ANY && version != OF_MEMBER) {
            throw new IOException("A question for what is being fetched has version " + version + "; expected " + OF_ANY
                    + " or " + OF_MEMBER);
        }
        member = version == OF_ANY ? null : new UUID(in.readLong(), in.readLong());
    }
}
