package io.wkmq.broker.ctl;

import io.wkmq.broker.config.Units;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelAudit;
import io.wkmq.channel.engine.ChannelUpkeep;
import io.wkmq.channel.engine.ChannelVersion;
import io.wkmq.channel.engine.MoveReport;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.engine.ScrubReport;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.cluster.Cluster;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code channels list|show|create|alter|delete|trim|peek|verify|cursors|scrub|replicate}. */
final class ChannelsCommand implements CtlCommand {
    private static final long MS_PER_SECOND = 1000;
    private static final long PEEKED = 10;

    private final NodeChannels channels;
    private final Cluster cluster;
    private final CursorsCommand cursors;

    ChannelsCommand(NodeChannels channels, Cluster cluster, Clock clock) {
        this.channels = channels;
        this.cluster = cluster;
        this.cursors = new CursorsCommand(channels, clock);
    }

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("channels list", "List the channels"),
                new Usage("channels show <Name>", "Show a channel and what it has"),
                new Usage("channels create <Name> <Filter> [<Setting>...]", "Declare a channel"),
                new Usage(
                        "channels alter <Name> <Setting>...",
                        "Set max-age=, max-bytes=, max-count=, ids=, ids-age=, cursors-age="),
                new Usage("channels delete <Name>", "Remove a channel with all its messages"),
                new Usage("channels trim <Name> <Seq>", "Remove the messages in front of a sequence number"),
                new Usage("channels peek <Name> [<Seq> [<Count>]]", "Show some messages, else the last ones"),
                new Usage("channels verify <Name>", "Read all messages on all nodes, and compare them"),
                new Usage("channels cursors <Name>", "List the positions of the readers of a channel"),
                new Usage("channels cursors <Name> reset <Cursor> <Start>", "Set a position, as wk-from does"),
                new Usage("channels cursors <Name> delete <Cursor>", "Forget a position"),
                new Usage("channels scrub [<Name>]", "Look for damage on this node's disk and repair it"),
                new Usage("channels replicate [<Name>]", "Move this node's own channels to all that keep channels"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0);
        int words = arguments.size();
        try {
            if (form.equals("list") && words == 1) {
                list(answer);
            } else if (form.equals("show") && words == 2) {
                show(arguments.get(1), answer);
            } else if (form.equals("create") && words >= 3) {
                create(arguments.get(1), arguments.get(2), arguments.subList(3, words));
                answer.say("ok");
            } else if (form.equals("alter") && words >= 3) {
                alter(arguments.get(1), arguments.subList(2, words));
                answer.say("ok");
            } else if (form.equals("peek") && words >= 2 && words <= 4) {
                peek(arguments, answer);
            } else if (form.equals("verify") && words == 2) {
                verify(arguments.get(1), answer);
            } else if (form.equals("cursors") && words >= 2) {
                cursors.run(arguments.subList(1, words), answer);
            } else if (form.equals("scrub") && words <= 2) {
                scrub(words == 2 ? arguments.get(1) : null, answer);
            } else if (form.equals("replicate") && words <= 2) {
                replicate(words == 2 ? arguments.get(1) : null, answer);
            } else if (form.equals("delete") && words == 2) {
                channels.changes().delete(arguments.get(1));
                answer.say("ok");
            } else if (form.equals("trim") && words == 3) {
                channels.contents().trim(arguments.get(1), Units.number(arguments.get(2)));
                answer.say("ok");
            } else {
                throw CtlException.unknownForm();
            }
        } catch (ChannelException | IllegalArgumentException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        for (ChannelDefinition channel : channels.list()) {
            answer.row(
                    Printable.line("Channel(" + channel.name() + ", filter=" + channel.filter() + ", " + bounds(channel)
                            + ", created_at=" + channel.createdAtMs() / MS_PER_SECOND
                            + (channels.unmoved(channel.name()) ? ", unmoved=true)" : ")")),
                    object -> {
                        describe(channel, object);
                        if (channels.unmoved(channel.name())) {
                            object.field("unmoved", true);
                        }
                    });
        }
        answer.endList();
    }

    private void show(String name, Answer answer) throws ChannelException {
        Position position = channels.contents().position(name);
        ChannelDefinition channel = known(name);
        long last = position.next() - 1;
        answer.object(
                Printable.line("Channel(" + channel.name() + ", filter=" + channel.filter() + ", " + bounds(channel)
                        + ", created_at=" + channel.createdAtMs() / MS_PER_SECOND + ", first=" + position.first()
                        + ", last=" + last + ", last_at=" + position.lastTimeMs() / MS_PER_SECOND
                        + ", replicated=" + channels.replicated() + ')'),
                object -> {
                    describe(channel, object);
                    object.field("first", position.first())
                            .field("last", last)
                            .field("last_at", position.lastTimeMs() / MS_PER_SECOND)
                            .field("digest", Long.toHexString(position.digest()))
                            .field("replicated", channels.replicated());
                });
    }

    private void scrub(@Nullable String name, Answer answer) throws ChannelException {
        ScrubReport report = new ChannelUpkeep(channels).scrub(name);
        String state = report.done() ? "done" : "running";
        answer.object(
                Printable.line("Scrub(state=" + state + ", channels=" + report.channels() + ", bytes=" + report.bytes()
                        + ", damaged=" + report.damaged() + ", repaired=" + report.repaired() + ')'),
                object -> object.field("state", state)
                        .field("channels", report.channels())
                        .field("bytes", report.bytes())
                        .field("damaged", report.damaged())
                        .field("repaired", report.repaired()));
    }

    private void replicate(@Nullable String name, Answer answer) throws ChannelException {
        MoveReport report = new ChannelUpkeep(channels).replicate(name);
        String state = report.done() ? "done" : "running";
        answer.object(
                Printable.line("Replicate(state=" + state + ", channels=" + report.moved() + ", records="
                        + report.records() + ", left=" + report.left() + ')'),
                object -> object.field("state", state)
                        .field("channels", report.moved())
                        .field("records", report.records())
                        .field("left", report.left()));
    }

    private void peek(List<String> arguments, Answer answer) throws ChannelException {
        long count = arguments.size() > 3 ? Units.number(arguments.get(3)) : PEEKED;
        ReadStart start =
                arguments.size() > 2 ? new ReadStart.Seq(Units.number(arguments.get(2))) : new ReadStart.Last(count);
        new ChannelListing(channels).peek(arguments.get(1), start, count, answer);
    }

    private void verify(String name, Answer answer) throws ChannelException, CtlException {
        ChannelVersion found =
                new ChannelAudit(channels).verify(List.of(name), answer::alive).get(0);
        answer.beginList();
        for (ChannelVersion.Replica replica : found.replicas()) {
            String node = replica.node() == null ? cluster.self().name().toString() : replica.node();
            answer.row(
                    Printable.line("Replica(" + node + ", first=" + replica.first() + ", last=" + replica.last()
                            + ", count=" + replica.count() + ", compared_up_to=" + found.last() + ", digest="
                            + (replica.digest() == null ? "unknown" : Long.toHexString(replica.digest()))
                            + ", problem=" + (replica.problem() == null ? "none" : replica.problem()) + ')'),
                    object -> object.field("node", node)
                            .field("first", replica.first())
                            .field("last", replica.last())
                            .field("count", replica.count())
                            .field("compared_up_to", found.last())
                            .field("digest", replica.digest() == null ? null : Long.toHexString(replica.digest()))
                            .field("problem", replica.problem()));
        }
        if (!found.sound()) {
            throw new CtlException("Error: channel " + name + " is not the same on all nodes, or damaged, see above");
        }
        answer.endList();
    }

    private void create(String name, String filter, List<String> settings) throws ChannelException {
        if (cluster.administration().isPresent() && !channels.replicated()) {
            throw new ChannelException(
                    "A node that can have others keeps channels together with them; expected"
                            + " cluster.channels.replicas = 3, or cluster.discovery = singleton",
                    null);
        }
        try {
            channels.changes().create(name, TopicFilter.of(filter), settings(ChannelSettings.DEFAULT, settings));
        } catch (InvalidTopicException e) {
            throw new ChannelException(String.valueOf(e.getMessage()), e);
        }
    }

    private void alter(String name, List<String> settings) throws ChannelException {
        channels.changes().alter(name, settings(known(name).settings(), settings));
    }

    private ChannelDefinition known(String name) throws ChannelException {
        ChannelDefinition channel = channels.find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        return channel;
    }

    private static ChannelSettings settings(ChannelSettings from, List<String> words) {
        ChannelSettings settings = from;
        for (String word : words) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? "" : word.substring(equals + 1);
            try {
                settings = with(settings, key, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + word + "': " + e.getMessage(), e);
            }
        }
        return settings;
    }

    private static ChannelSettings with(ChannelSettings from, String key, String value) {
        Retention kept = from.retention();
        boolean unbounded = value.equals("unlimited");
        return switch (key) {
            case "max-age" -> {
                long ageMs = unbounded ? Long.MAX_VALUE : Units.duration(value).toMillis();
                yield with(from, new Retention(ageMs, kept.bytes(), kept.count()));
            }
            case "max-bytes" -> {
                long bytes = unbounded ? Long.MAX_VALUE : Units.bytes(value);
                yield with(from, new Retention(kept.ageMs(), bytes, kept.count()));
            }
            case "max-count" -> {
                long count = unbounded ? Long.MAX_VALUE : Units.number(value);
                yield with(from, new Retention(kept.ageMs(), kept.bytes(), count));
            }
            case "ids" ->
                new ChannelSettings(
                        kept,
                        Math.toIntExact(Math.min(Integer.MAX_VALUE, Units.number(value))),
                        from.keysAgeMs(),
                        from.cursorsAgeMs());
            case "ids-age" ->
                new ChannelSettings(kept, from.keysMax(), Units.duration(value).toMillis(), from.cursorsAgeMs());
            case "cursors-age" -> {
                long ageMs = unbounded ? Long.MAX_VALUE : Units.duration(value).toMillis();
                yield new ChannelSettings(kept, from.keysMax(), from.keysAgeMs(), ageMs);
            }
            default ->
                throw new IllegalArgumentException(
                        "expected max-age, max-bytes, max-count, ids, ids-age or cursors-age, then a '='");
        };
    }

    private static ChannelSettings with(ChannelSettings from, Retention retention) {
        return new ChannelSettings(retention, from.keysMax(), from.keysAgeMs(), from.cursorsAgeMs());
    }

    private static String bounds(ChannelDefinition channel) {
        Retention kept = channel.settings().retention();
        return "max_age=" + text(seconds(kept.ageMs())) + ", max_bytes=" + text(bounded(kept.bytes())) + ", max_count="
                + text(bounded(kept.count())) + ", ids=" + channel.settings().keysMax() + ", ids_age="
                + channel.settings().keysAgeMs() / MS_PER_SECOND + ", cursors_age="
                + text(seconds(channel.settings().cursorsAgeMs()));
    }

    private static void describe(ChannelDefinition channel, JsonWriter object) {
        Retention kept = channel.settings().retention();
        object.field("name", channel.name())
                .field("filter", channel.filter())
                .field("max_age", seconds(kept.ageMs()))
                .field("max_bytes", bounded(kept.bytes()))
                .field("max_count", bounded(kept.count()))
                .field("ids", channel.settings().keysMax())
                .field("ids_age", channel.settings().keysAgeMs() / MS_PER_SECOND)
                .field("cursors_age", seconds(channel.settings().cursorsAgeMs()))
                .field("created_at", channel.createdAtMs() / MS_PER_SECOND);
    }

    private static String text(@Nullable Object bound) {
        return bound == null ? "unlimited" : bound.toString();
    }

    private static @Nullable Long seconds(long ageMs) {
        return ageMs == Long.MAX_VALUE ? null : (Long) (ageMs / MS_PER_SECOND);
    }

    private static @Nullable Long bounded(long bound) {
        return bound == Long.MAX_VALUE ? null : (Long) bound;
    }
}
