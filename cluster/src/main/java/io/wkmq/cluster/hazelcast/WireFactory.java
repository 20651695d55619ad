package io.wkmq.cluster.hazelcast;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import java.util.function.Supplier;

/** Creates the objects that are sent over the network. The ids are part of the protocol between nodes. Stateless. */
final class WireFactory implements DataSerializableFactory {
    /** Distinguishes our classes from Hazelcast's own, whose factory ids are not positive. */
    static final int ID = 7_711;

    static final int MESSAGE = 1;
    static final int MASTER_QUESTION = 2;

    private static final Map<Integer, Supplier<IdentifiedDataSerializable>> CLASSES =
            Map.of(MESSAGE, MessageOperation::new, MASTER_QUESTION, MasterQuestion::new);

    @Override
    public IdentifiedDataSerializable create(int typeId) {
        Supplier<IdentifiedDataSerializable> made = CLASSES.get(typeId);
        if (made == null) {
            throw new IllegalArgumentException("Message class " + typeId + " is unknown; expected one of "
                    + CLASSES.keySet() + ". A newer node sent it");
        }
        return made.get();
    }
}
