package io.wkmq.broker.ctl;

import io.wkmq.broker.http.ReplyAbandonedException;
import io.wkmq.broker.plugin.PluginCommand;
import io.wkmq.plugins.api.Command.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry of all commands: looks up a command and runs it. Thread-safe. */
public final class CtlCommands {
    private static final Logger log = LoggerFactory.getLogger(CtlCommands.class);
    private static final int FORM_WIDTH = 48;
    private static final String RULE = "-".repeat(80);

    private static final Set<String> HELP = Set.of("help", "--help", "-h");

    private final Map<String, CtlCommand> own = new LinkedHashMap<>();
    private final Supplier<Map<String, PluginCommand>> ofPlugins;

    /** Creates a registry of the given commands and those of plugins. */
    CtlCommands(List<CtlCommand> own, Supplier<Map<String, PluginCommand>> ofPlugins) {
        own.forEach(command -> this.own.put(command.name(), command));
        this.ofPlugins = ofPlugins;
    }

    /** Returns the commands of a node. */
    public static CtlCommands of(NodeParts node) {
        SessionListing sessions = new SessionListing(node.sessions());
        NodeNames names = new NodeNames(node.cluster());
        ReplicaGuard guard = ReplicaGuard.of(node.channels());
        return new CtlCommands(
                List.of(
                        new StatusCommand(node.facts(), node.readiness()),
                        new BrokerCommand(node.facts(), node.statistics(), node.cluster(), node.alarms()),
                        new ClusterCommand(node.cluster(), guard),
                        new DiscoveryCommand(node.cluster()),
                        new ClientsCommand(node.connections(), node.sessions()),
                        new SessionsCommand(sessions),
                        new SubscriptionsCommand(node.sessions(), sessions),
                        new RoutesCommand("topics", "topic", node.routes(), names),
                        new RoutesCommand("routes", "route", node.routes(), names),
                        new RetainedCommand(node.retained(), node.retainedCount(), node.facts()),
                        new ChannelsCommand(
                                node.channels(), node.cluster(), node.facts().clock()),
                        new RaftCommand(node.channels(), node.cluster(), guard),
                        new ListenersCommand(node.listeners()),
                        new VmCommand(node.loops().size(), node.connections()::size),
                        new PluginsCommand(node.plugins()),
                        new AlarmsCommand(node.alarms()),
                        new BannedCommand(node.banned(), node.facts().clock()),
                        new LogCommand(node.channels())),
                () -> node.hooks().current().commands());
    }

    /**
     * Runs a command.
     *
     * @param argv the words after {@code wkctl}
     * @param out receives the answer piece by piece; may block
     * @return the exit status
     * @throws ReplyAbandonedException if {@code out} throws it
     */
    int run(List<String> argv, Consumer<String> out) {
        Answer answer = new Answer(out, argv.contains(Options.JSON), Long.MAX_VALUE);
        if (argv.size() == 1 && HELP.contains(argv.get(0))) {
            help(answer);
            return ExitStatus.OK;
        }
        try {
            Options leading = Options.leading(argv);
            String name = leading.words().isEmpty() ? "help" : leading.words().get(0);
            List<String> arguments = leading.words()
                    .subList(
                            Math.min(1, leading.words().size()), leading.words().size());
            CtlCommand command = own.get(name);
            if (command != null) {
                Options options = leading.all(arguments);
                answer = new Answer(out, options.json(), options.limit());
                return run(command, options.words(), answer);
            }
            PluginCommand ofPlugin = ofPlugins.get().get(name);
            if (ofPlugin != null) {
                answer = new Answer(out, leading.json(), leading.limit());
                return run(new PluginCtlCommand(ofPlugin), arguments, answer);
            }
            help(answer);
            return name.equals("help") ? ExitStatus.OK : ExitStatus.MISUSED;
        } catch (CtlException e) {
            answer.fail(e.text());
            return e.misused() ? ExitStatus.MISUSED : ExitStatus.FAILED;
        }
    }

    private static int run(CtlCommand command, List<String> arguments, Answer answer) {
        try {
            command.run(arguments, answer);
            return ExitStatus.OK;
        } catch (CtlException e) {
            answer.fail(e.misused() ? usage(command.usages()) : e.text());
            return e.misused() ? ExitStatus.MISUSED : ExitStatus.FAILED;
        } catch (ReplyAbandonedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("A command failed command={}", command.name(), e);
            answer.fail("The command '" + command.name() + "' failed, see the node's log: " + e);
            return ExitStatus.FAILED;
        }
    }

    private void help(Answer answer) {
        List<List<Usage>> groups = new ArrayList<>();
        own.values().forEach(command -> groups.add(command.usages()));
        new TreeMap<>(ofPlugins.get()).values().forEach(command -> {
            if (!own.containsKey(command.name())) {
                groups.add(command.usages());
            }
        });
        StringBuilder text = new StringBuilder("Usage: wkctl [--node <Name>] [--json] [--limit <Number>] <command>");
        groups.forEach(usages -> text.append('\n').append(RULE).append('\n').append(usage(usages)));
        answer.object(text.toString(), object -> {
            object.name("commands").beginArray();
            groups.forEach(usages -> usages.forEach(usage -> object.beginObject()
                    .field("form", usage.form())
                    .field("description", usage.description())
                    .endObject()));
            object.endArray();
        });
    }

    private static String usage(List<Usage> usages) {
        return usages.stream()
                .map(usage -> Printable.line(Answer.padded(usage.form(), FORM_WIDTH) + "# " + usage.description()))
                .collect(Collectors.joining("\n"));
    }
}
