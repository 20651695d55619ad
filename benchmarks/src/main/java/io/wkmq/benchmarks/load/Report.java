package io.wkmq.benchmarks.load;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/** Formats a {@link Result} as text or as a line of JSON. Stateless. */
final class Report {
    private static final double[] PERCENTS = {50, 90, 99, 99.9};
    private static final String[] NAMES = {"p50", "p90", "p99", "p999"};

    private Report() {}

    static String text(Result result) {
        Crew crew = result.options().crew();
        Totals all = result.all();
        StringBuilder text = new StringBuilder();
        if (crew.command() == Command.CONN) {
            line(text, "connected      %,d, %,.0f/s", crew.clients(), result.connectedPerSecond());
        } else {
            line(text, "measured for   %.1f s", result.seconds());
        }
        if (crew.publishers() > 0) {
            line(text, "published      %,d, %,.0f/s", all.published(), result.publishedPerSecond());
        }
        if (crew.subscribers() > 0) {
            line(text, "delivered      %,d, %,.0f/s", all.delivered(), result.deliveredPerSecond());
        }
        latency(text, "delivery", result.times().delivery());
        latency(text, "confirmation", result.times().confirmation());
        latency(text, "connecting", result.times().connecting());
        if (crew.publishers() > 0 && result.options().traffic().qos() > 0) {
            line(text, "unconfirmed    %,d, refused %,d", result.unconfirmed(), all.refused());
        }
        if (crew.subscribers() > 0) {
            Tally tally = result.tally();
            line(text, "lost           %,d", tally.lost());
            line(text, "duplicates     %,d", tally.duplicates());
            line(text, "out of order   %,d", tally.disorders());
            if (result.options().decorations().delivered()) {
                line(text, "altered        %,d", tally.altered());
            }
            Spread spread = result.spread();
            if (spread != null) {
                line(text, "spread         least %.2f, most %.2f of an even share", spread.least(), spread.most());
            }
        }
        if (all.foreign() > 0) {
            line(text, "foreign        %,d messages that are not of this run", all.foreign());
        }
        line(text, "connections    %,d, lost %,d times", crew.clients(), all.connectionsLost());
        if (all.dropped() > 0) {
            line(text, "dropped        %,d times, to come back", all.dropped());
        }
        line(text, "verdict        %s", result.passed() ? "passed" : "FAILED");
        return text.toString();
    }

    static void latency(StringBuilder text, String what, Histogram times) {
        if (times.count() > 0) {
            line(
                    text,
                    "%-14s ms: min %s, mean %s, p50 %s, p90 %s, p99 %s, p99.9 %s, max %s",
                    what,
                    ms(times.min()),
                    ms(times.mean()),
                    ms(times.percentile(PERCENTS[0])),
                    ms(times.percentile(PERCENTS[1])),
                    ms(times.percentile(PERCENTS[2])),
                    ms(times.percentile(PERCENTS[3])),
                    ms(times.max()));
        }
    }

    static String json(Result result) {
        Crew crew = result.options().crew();
        Traffic traffic = result.options().traffic();
        Totals all = result.all();
        StringBuilder json = new StringBuilder("{");
        field(json, "command", '"' + crew.command().text() + '"');
        field(json, "pattern", '"' + crew.pattern().text() + '"');
        field(json, "clients", crew.clients());
        field(json, "publishers", crew.publishers());
        field(json, "subscribers", crew.subscribers());
        field(json, "qos", traffic.qos());
        field(json, "sub_qos", traffic.subscriptionQos());
        field(json, "payload_bytes", traffic.payloadBytes());
        field(json, "measured_seconds", String.format(Locale.ROOT, "%.3f", result.seconds()));
        field(json, "published", all.published());
        field(json, "published_per_second", Math.round(result.publishedPerSecond()));
        field(json, "confirmed", all.confirmed());
        field(json, "refused", all.refused());
        field(json, "unconfirmed", result.unconfirmed());
        field(json, "delivered", all.delivered());
        field(json, "delivered_per_second", Math.round(result.deliveredPerSecond()));
        field(json, "lost", result.tally().lost());
        field(json, "duplicates", result.tally().duplicates());
        field(json, "out_of_order", result.tally().disorders());
        field(json, "foreign", all.foreign());
        field(json, "altered", result.tally().altered());
        field(json, "connections_lost", all.connectionsLost());
        field(json, "connections_dropped", all.dropped());
        field(json, "connected_per_second", Math.round(result.connectedPerSecond()));
        Spread spread = result.spread();
        if (spread != null) {
            field(json, "share_least", String.format(Locale.ROOT, "%.3f", spread.least()));
            field(json, "share_most", String.format(Locale.ROOT, "%.3f", spread.most()));
        }
        field(json, "delivery_ms", times(result.times().delivery()));
        field(json, "confirmation_ms", times(result.times().confirmation()));
        field(json, "connecting_ms", times(result.times().connecting()));
        field(json, "passed", result.passed());
        return json.append('}').toString();
    }

    static String times(Histogram times) {
        StringBuilder json = new StringBuilder("{");
        field(json, "count", times.count());
        field(json, "min", ms(times.min()));
        field(json, "mean", ms(times.mean()));
        for (int i = 0; i < PERCENTS.length; i++) {
            field(json, NAMES[i], ms(times.percentile(PERCENTS[i])));
        }
        field(json, "max", ms(times.max()));
        return json.append('}').toString();
    }

    static void field(StringBuilder json, String name, Object value) {
        json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value);
    }

    private static String ms(long ns) {
        return String.format(Locale.ROOT, "%.3f", ns / 1e6);
    }

    @FormatMethod
    static void line(StringBuilder text, @FormatString String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
