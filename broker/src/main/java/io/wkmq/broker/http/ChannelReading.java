package io.wkmq.broker.http;

import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import io.wkmq.channel.engine.ChannelFigures;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The metrics of a node's channels.
 *
 * @param now the figures
 * @param cursorLags how many messages the slowest reader with a cursor lags behind, by channel
 */
record ChannelReading(ChannelFigures now, SortedMap<String, Long> cursorLags) {
    private static final double NANOS_PER_SECOND = 1e9;

    private static final int SHOWN_MAX = ChannelFigures.Ends.SHOWN_MAX;

    List<Figure> figures() {
        return List.of(
                NodeFigures.gauge("wkmq_channels", "Channels", now.ends().channels()),
                new Figure(
                        Kind.GAUGE,
                        "wkmq_channel_last_seq",
                        "The sequence number of the last message, of channels that have had one; " + SHOWN_MAX
                                + " of them at most",
                        List.of("channel"),
                        points(now.ends().last())),
                new Figure(
                        Kind.GAUGE,
                        "wkmq_channel_cursor_lag",
                        "Messages by which the slowest reader with a cursor on this node is behind",
                        List.of("channel"),
                        points(cursorLags)),
                NodeFigures.gauge(
                        "wkmq_channel_queued_bytes",
                        "Bytes of messages that wait to be appended",
                        now.queues().bytes()),
                new Figure(
                        Kind.GAUGE,
                        "wkmq_channel_queued_messages",
                        "Messages that wait to be appended, those included that are under way",
                        List.of("group"),
                        byGroup(now.queues().messages())),
                NodeFigures.counter(
                        "wkmq_channel_appends_total",
                        "Messages that channels have taken",
                        now.appended().count()),
                NodeFigures.counter(
                        "wkmq_channel_appends_refused_total", "Messages that channels have not taken", now.refused()),
                NodeFigures.counter(
                        "wkmq_channel_log_writes_total",
                        "Batches written to the log of the channels",
                        now.log().writes().count()),
                NodeFigures.counter(
                        "wkmq_channel_log_entries_total",
                        "Entries in these batches",
                        now.log().entries()),
                NodeFigures.gauge(
                        "wkmq_channel_log_queued_entries",
                        "Entries that wait to be written",
                        now.log().queuedEntries()),
                NodeFigures.counter(
                        "wkmq_channel_scrubbed_bytes_total",
                        "Bytes of records that were looked through for damage",
                        now.scrub().bytes()),
                NodeFigures.counter(
                        "wkmq_channel_damages_total",
                        "How often records were found to be damaged",
                        now.scrub().damages()),
                NodeFigures.counter(
                        "wkmq_channel_repairs_total",
                        "How often damaged records were fetched from other nodes",
                        now.scrub().repairs()));
    }

    List<Distribution> distributions() {
        return List.of(
                Distribution.of(
                        "wkmq_channel_append_seconds",
                        "How long messages took from when they came until they were on disk",
                        now.appended(),
                        NANOS_PER_SECOND),
                Distribution.of(
                        "wkmq_channel_append_batch_messages",
                        "How many messages were brought into a log together",
                        now.queues().batches(),
                        1),
                Distribution.of(
                        "wkmq_channel_log_write_seconds",
                        "How long it took to write a batch to the log on the disk, its sync included",
                        now.log().writes(),
                        NANOS_PER_SECOND));
    }

    private static List<Point> byGroup(List<Long> values) {
        return IntStream.range(0, values.size())
                .mapToObj(group -> new Point(List.of(Integer.toString(group)), values.get(group)))
                .toList();
    }

    private static List<Point> points(SortedMap<String, Long> byChannel) {
        return byChannel.entrySet().stream()
                .limit(SHOWN_MAX)
                .map(channel -> new Point(List.of(channel.getKey()), channel.getValue()))
                .toList();
    }
}
