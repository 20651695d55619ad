package io.wkmq.benchmarks.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts a command line to {@link Options}, with the defaults stated in {@link Flag}. Stateless. */
final class OptionParser {
    private static final int CLIENTS_MAX = 1_000_000;
    private static final int PAYLOAD_MAX = 256 << 20;
    private static final int SECONDS_MAX = 30 * 24 * 3600;
    private static final int SECONDS = 10;
    private static final long BULK = 100_000;
    private static final long BULK_MAX = 1_000_000_000;
    private static final long CHURN_RATE = 1000;
    private static final int WINDOW_MAX = 1_000_000;
    private static final int USER_PROPERTIES_MAX = 100;
    private static final int PER_PACKET_MAX = 10_000;
    private static final int CONNECTS_MAX = 1_000_000;

    private OptionParser() {}

    static Options parse(String... words) throws UsageException {
        if (words.length == 0) {
            throw new UsageException("no command is given; expected " + Command.ALL + ", or --help");
        }
        return options(Command.parse(words[0]), Arguments.read(words, 1));
    }

    static Options options(Command command, Arguments arguments) throws UsageException {
        arguments.requireNone(Flag.SCALE, Flag.TLS_PORT);
        Crew crew = crew(command, arguments);
        Traffic traffic = traffic(command, arguments);
        boolean paired =
                command.publishes() && command.subscribes() && crew.pattern() == Pattern.PAIR && crew.publishers() > 1;
        if (paired && traffic.topic().equals(traffic.filter())) {
            throw new UsageException("-t/--topic is '" + traffic.topic() + "' for " + crew.publishers()
                    + " pairs; expected %i or %c in it, so that each has its own");
        }
        Target target = target(arguments);
        return new Options(
                target,
                crew,
                traffic,
                decorations(command, arguments, target),
                extras(command, arguments, target),
                arguments.has(Flag.JSON));
    }

    private static Target target(Arguments arguments) throws UsageException {
        boolean tls = arguments.has(Flag.TLS);
        boolean webSocket = arguments.has(Flag.WS);
        if (!tls && (arguments.has(Flag.CAFILE) || arguments.has(Flag.INSECURE))) {
            throw new UsageException("--cafile and --insecure say whom TLS trusts; expected --tls with them");
        }
        arguments.excludes(Flag.CAFILE, Flag.INSECURE);
        if (arguments.has(Flag.PASSWORD) && !arguments.has(Flag.USER)) {
            throw new UsageException("-w/--password is given without -u/--user; expected both");
        }
        int version = arguments.number(Flag.VERSION, 5, 4, 5);
        int port = webSocket ? tls ? 8084 : 8083 : tls ? 8883 : 1883;
        String addresses = arguments.text(Flag.IFADDR);
        return new Target(
                arguments.text(Flag.HOST, "localhost"),
                arguments.number(Flag.PORT, port, 1, 65_535),
                version == 5,
                tls,
                caFile(arguments),
                arguments.has(Flag.INSECURE),
                webSocket,
                arguments.text(Flag.USER),
                arguments.text(Flag.PASSWORD),
                addresses == null ? List.of() : List.of(addresses.split(",", -1)));
    }

    private static @Nullable Path caFile(Arguments arguments) throws UsageException {
        String name = arguments.text(Flag.CAFILE);
        if (name == null) {
            return null;
        }
        Path file = Path.of(name);
        if (!Files.isReadable(file)) {
            throw new UsageException("--cafile is '" + name + "'; expected a PEM file that can be read");
        }
        return file;
    }

    private static Crew crew(Command command, Arguments arguments) throws UsageException {
        arguments.excludes(Flag.CLEAN, Flag.PERSISTENT);
        Pattern pattern = Pattern.parse(arguments.text(Flag.PATTERN, "pair"));
        if (command == Command.OFFLINE && pattern != Pattern.PAIR) {
            throw new UsageException("--pattern is '" + pattern.text() + "' for offline; expected pair");
        }
        int clients = arguments.number(Flag.CLIENTS, clients(command), 1, CLIENTS_MAX);
        boolean both = command.publishes() && command.subscribes();
        boolean one = both && (pattern == Pattern.FANOUT || pattern == Pattern.SHARE);
        int subscribers =
                arguments.number(Flag.SUBSCRIBERS, both && pattern == Pattern.FANIN ? 1 : clients, 1, CLIENTS_MAX);
        int publishers = command == Command.OFFLINE ? subscribers : one ? 1 : clients;
        publishers = arguments.number(Flag.PUBLISHERS, publishers, 1, CLIENTS_MAX);
        if (both && pattern == Pattern.PAIR && publishers != subscribers) {
            throw new UsageException("--pattern pair has " + publishers + " publishers and " + subscribers
                    + " subscribers; expected as many of both");
        }
        boolean persistent = arguments.has(Flag.PERSISTENT) || command == Command.OFFLINE;
        int stay = arguments.number(Flag.STAY, 0, 1, SECONDS_MAX);
        if (stay > 0 && !persistent) {
            throw new UsageException(
                    "--stay is given without --persistent; expected both, or what is sent meanwhile is lost");
        }
        return new Crew(
                command,
                pattern,
                command.publishes() ? publishers : 0,
                command.subscribes() ? subscribers : 0,
                command == Command.CONN ? clients : 0,
                persistent,
                stay);
    }

    private static int clients(Command command) {
        return switch (command) {
            case SUBS -> 100;
            case CHURN -> 10;
            case CHANNEL -> 64;
            default -> 1;
        };
    }

    private static boolean bulk(Command command) {
        return command == Command.SUBS || command == Command.RETAIN || command == Command.OFFLINE;
    }

    private static int qos(Command command) {
        return command == Command.SUB ? 2 : bulk(command) || command == Command.CHANNEL ? 1 : 0;
    }

    private static Traffic traffic(Command command, Arguments arguments) throws UsageException {
        boolean bulk = bulk(command);
        int qos = arguments.number(Flag.QOS, qos(command), 0, 2);
        if (qos != 1 && command == Command.CHANNEL) {
            throw new UsageException("-q/--qos is '" + qos + "' for channel; expected 1, whose PUBACK has the number");
        }
        if (qos == 0 && (command == Command.OFFLINE || command == Command.RETAIN)) {
            throw new UsageException("-q/--qos is '0' for " + command.text()
                    + "; expected 1 or 2, so that the broker says what it has taken");
        }
        long messages = arguments.number(Flag.MESSAGES, bulk ? BULK : 0L, 1, bulk ? BULK_MAX : Long.MAX_VALUE);
        String topic = arguments.text(Flag.TOPIC, "wkbench/%i");
        if (topic.isEmpty()) {
            throw new UsageException("-t/--topic is empty; expected a topic such as wkbench/%i");
        }
        if (command.publishes() && (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0)) {
            throw new UsageException(
                    "-t/--topic is '" + topic + "'; expected no wildcards, because it is published to");
        }
        int window = arguments.number(Flag.WINDOW, 0, 0, WINDOW_MAX);
        if (window > 0 && command != Command.PUBSUB) {
            throw new UsageException(
                    "--window is given for " + command.text() + "; expected pubsub, which knows what has arrived");
        }
        return new Traffic(
                qos,
                arguments.number(Flag.SUB_QOS, qos, 0, 2),
                arguments.number(Flag.SIZE, 256, Stamp.BYTES, PAYLOAD_MAX),
                topic,
                arguments.number(Flag.RATE, command == Command.CHURN ? CHURN_RATE : 0L, 0, 1_000_000_000L),
                arguments.number(Flag.INFLIGHT, 100, 1, Window.SIZE_MAX),
                window,
                arguments.number(Flag.DURATION, messages > 0 ? 0 : SECONDS, 1, SECONDS_MAX),
                messages,
                arguments.number(Flag.WARMUP, 0, 0, SECONDS_MAX));
    }

    private static Decorations decorations(Command command, Arguments arguments, Target target) throws UsageException {
        Decorations decorations = new Decorations(
                arguments.has(Flag.RETAIN) || command == Command.RETAIN,
                arguments.has(Flag.ALIAS),
                arguments.number(Flag.USER_PROPERTIES, 0, 0, USER_PROPERTIES_MAX),
                arguments.has(Flag.SUBSCRIPTION_ID));
        if (decorations.delivered() && !target.mqtt5()) {
            throw new UsageException("--alias, --user-properties and --subscription-id are of MQTT 5; expected -V 5");
        }
        if (decorations.delivered() && command != Command.PUBSUB) {
            throw new UsageException("--alias, --user-properties and --subscription-id are given for " + command.text()
                    + "; expected pubsub, where publishers and subscribers agree on them");
        }
        return decorations;
    }

    private static Extras extras(Command command, Arguments arguments, Target target) throws UsageException {
        boolean patient = bulk(command) || command == Command.CHANNEL;
        return new Extras(
                arguments.number(Flag.PER_PACKET, 10, 1, PER_PACKET_MAX),
                arguments.number(Flag.SAMPLES, 1000, 1, (int) BULK_MAX),
                arguments.has(Flag.KEEP),
                arguments.number(Flag.CONNECTS, 1000, 1, CONNECTS_MAX),
                arguments.number(Flag.PATIENCE, patient ? 30 : 3, 1, SECONDS_MAX),
                ChannelWork.parse(command, arguments, target));
    }
}
