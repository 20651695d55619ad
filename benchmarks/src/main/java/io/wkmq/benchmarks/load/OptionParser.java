package io.wkmq.benchmarks.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes {@link Options} of a command line, with the defaults that {@link Flag} tells. Stateless. */
final class OptionParser {
    private static final int CLIENTS_MAX = 1_000_000;
    private static final int PAYLOAD_MAX = 256 << 20;
    private static final int SECONDS_MAX = 30 * 24 * 3600;
    private static final int SECONDS = 10;

    private OptionParser() {}

    static Options parse(String... words) throws UsageException {
        if (words.length == 0) {
            throw new UsageException("no command is given; expected pub, sub, pubsub or conn, or --help");
        }
        Command command = Command.parse(words[0]);
        Arguments arguments = Arguments.read(words, 1);
        Crew crew = crew(command, arguments);
        Traffic traffic = traffic(command, arguments);
        boolean paired = command == Command.PUBSUB && crew.pattern() == Pattern.PAIR && crew.publishers() > 1;
        if (paired && traffic.topic().equals(traffic.filter())) {
            throw new UsageException("-t/--topic is '" + traffic.topic() + "' for " + crew.publishers()
                    + " pairs; expected %i or %c in it, so that each has its own");
        }
        return new Options(target(arguments), crew, traffic, arguments.has(Flag.JSON));
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
        int clients = arguments.number(Flag.CLIENTS, 1, 1, CLIENTS_MAX);
        int publishers = pattern == Pattern.FANOUT || pattern == Pattern.SHARE ? 1 : clients;
        int subscribers = pattern == Pattern.FANIN ? 1 : clients;
        if (command != Command.PUBSUB) {
            publishers = clients;
            subscribers = clients;
        }
        publishers = arguments.number(Flag.PUBLISHERS, publishers, 1, CLIENTS_MAX);
        subscribers = arguments.number(Flag.SUBSCRIBERS, subscribers, 1, CLIENTS_MAX);
        if (command == Command.PUBSUB && pattern == Pattern.PAIR && publishers != subscribers) {
            throw new UsageException("--pattern pair has " + publishers + " publishers and " + subscribers
                    + " subscribers; expected as many of both");
        }
        return new Crew(
                command,
                pattern,
                command.publishes() ? publishers : 0,
                command.subscribes() ? subscribers : 0,
                command == Command.CONN ? clients : 0,
                arguments.has(Flag.PERSISTENT));
    }

    private static Traffic traffic(Command command, Arguments arguments) throws UsageException {
        int qos = arguments.number(Flag.QOS, command == Command.SUB ? 2 : 0, 0, 2);
        long messages = arguments.number(Flag.MESSAGES, 0L, 1, Long.MAX_VALUE);
        String topic = arguments.text(Flag.TOPIC, "wkbench/%i");
        if (topic.isEmpty()) {
            throw new UsageException("-t/--topic is empty; expected a topic such as wkbench/%i");
        }
        if (command.publishes() && (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0)) {
            throw new UsageException(
                    "-t/--topic is '" + topic + "'; expected no wildcards, because it is published to");
        }
        return new Traffic(
                qos,
                arguments.number(Flag.SUB_QOS, qos, 0, 2),
                arguments.number(Flag.SIZE, 256, Stamp.BYTES, PAYLOAD_MAX),
                topic,
                arguments.number(Flag.RATE, 0L, 0, 1_000_000_000L),
                arguments.number(Flag.INFLIGHT, 100, 1, Window.SIZE_MAX),
                arguments.number(Flag.DURATION, messages > 0 ? 0 : SECONDS, 1, SECONDS_MAX),
                messages,
                arguments.number(Flag.WARMUP, 0, 0, SECONDS_MAX));
    }
}
