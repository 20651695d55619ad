package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The nodes and channels of {@code wkbench channel}.
 *
 * @param targets the nodes, over which the publishers are spread; none for other commands
 * @param names the channels, over which the publishers are spread; {@code NAME} captures the topics {@code NAME/#}
 * @param replay whether the channels are replayed at the end
 */
record ChannelWork(List<Target> targets, List<String> names, boolean replay) {
    static final ChannelWork NONE = new ChannelWork(List.of(), List.of(), false);

    ChannelWork {
        targets = List.copyOf(targets);
        names = List.copyOf(names);
    }

    /** Parses the options; rejects options of other commands for channel, and options of channel for other commands. */
    static ChannelWork parse(Command command, Arguments arguments, Target target) throws UsageException {
        if (command != Command.CHANNEL) {
            for (Flag flag : new Flag[] {Flag.HOSTS, Flag.CHANNEL, Flag.REPLAY}) {
                if (arguments.has(flag)) {
                    throw new UsageException(flag.text() + " is given for " + command.text() + "; expected channel");
                }
            }
            return NONE;
        }
        arguments.excludes(Flag.HOSTS, Flag.HOST);
        arguments.excludes(Flag.HOSTS, Flag.PORT);
        if (!target.mqtt5()) {
            throw new UsageException(
                    "-V/--version is '4' for channel; expected 5, whose PUBACK says where a message is");
        }
        if (arguments.has(Flag.TOPIC)) {
            throw new UsageException("-t/--topic is given for channel; expected none: channel NAME takes NAME/#");
        }
        String hosts = arguments.text(Flag.HOSTS);
        return new ChannelWork(
                hosts == null ? List.of(target) : targets(hosts, target),
                names(arguments.text(Flag.CHANNEL, "wkbench")),
                arguments.has(Flag.REPLAY));
    }

    private static List<String> names(String text) throws UsageException {
        List<String> names = List.of(text.split(",", -1));
        boolean words = names.stream().allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
        if (!words || new HashSet<>(names).size() < names.size()) {
            throw new UsageException("--channel is '" + text
                    + "'; expected names of channels, each once, separated by commas: letters, digits, _ and -");
        }
        return names;
    }

    private static List<Target> targets(String text, Target like) throws UsageException {
        List<Target> targets = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            int colon = each.lastIndexOf(':');
            String port = each.substring(colon + 1);
            if (colon < 1
                    || !port.matches("\\d{1,5}")
                    || Integer.parseInt(port) < 1
                    || Integer.parseInt(port) > 65_535) {
                throw new UsageException("--hosts has '" + each + "'; expected HOST:PORT, several separated by commas");
            }
            targets.add(like.at(each.substring(0, colon), Integer.parseInt(port)));
        }
        return targets;
    }
}
