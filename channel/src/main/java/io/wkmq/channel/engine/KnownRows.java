package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelHead;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.registry.ChannelDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A summary of a node's table, as of the last checkpoint, for any number of channels: read page by page, without loading channels into
 * memory.
 *
 * @param unheard the channels, in no particular order, whose rows are older than the registry's definition: their groups are to be
 *     notified
 * @param last the sequence number of each channel's last record, by channel number; without empty channels
 */
record KnownRows(List<ChannelDefinition> unheard, Map<Integer, Long> last) {
    private static final int PAGE = 64;

    /** Reads the rows of all groups. Any thread; blocks. */
    static KnownRows read(NodeTable table, Collection<ChannelDefinition> channels) throws IOException {
        Map<Integer, ChannelDefinition> unheard = new HashMap<>();
        channels.forEach(channel -> unheard.put(channel.number(), channel));
        Map<Integer, Long> last = new HashMap<>();
        for (int group = 0; group < table.groups(); group++) {
            read(table, group, unheard, last);
        }
        return new KnownRows(new ArrayList<>(unheard.values()), last);
    }

    private static void read(
            NodeTable table, int group, Map<Integer, ChannelDefinition> unheard, Map<Integer, Long> last)
            throws IOException {
        int[] from = {0};
        int before = -1;
        while (from[0] != before) {
            before = from[0];
            table.channels(group, from[0], PAGE, (channel, row) -> {
                from[0] = channel + 1;
                if (row.length > 0) {
                    look(StateCodec.decodeHead(row), unheard, last);
                }
            });
        }
    }

    private static void look(ChannelHead head, Map<Integer, ChannelDefinition> unheard, Map<Integer, Long> last) {
        ChannelDefinition channel = unheard.get(head.channel());
        if (channel != null && head.rules().revision() >= channel.revision()) {
            unheard.remove(head.channel());
        }
        if (head.position().next() > 1) {
            last.put(head.channel(), head.position().next() - 1);
        }
    }
}
