package io.wkmq.channel.mvstore;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The maps of a table's file. Used under the table's lock.
 *
 * @param groups the rows of groups, with checksums
 * @param channels the rows of channels, with checksums
 * @param counters everything else
 */
record TableMaps(MVMap<Long, byte[]> groups, MVMap<Long, byte[]> channels, MVMap<String, Long> counters) {
    /** Opens the maps of a store, creating them if necessary. */
    static TableMaps open(MVStore store) {
        MVMap<String, Long> counters = store.openMap(
                "counters",
                new MVMap.Builder<String, Long>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(LongDataType.INSTANCE));
        return new TableMaps(rows(store, "groups"), rows(store, "channels"), counters);
    }

    private static MVMap<Long, byte[]> rows(MVStore store, String name) {
        return store.openMap(
                name,
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE));
    }
}
