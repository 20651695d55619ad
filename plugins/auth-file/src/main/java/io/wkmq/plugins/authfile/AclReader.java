package io.wkmq.plugins.authfile;

import io.wkmq.plugins.authfile.Term.Atom;
import io.wkmq.plugins.authfile.Term.Sequence;
import io.wkmq.plugins.authfile.Term.Text;
import io.wkmq.plugins.authfile.Term.Tuple;
import io.wkmq.routing.InvalidTopicException;
import java.util.ArrayList;
import java.util.List;

/** Converts the terms of acl.conf into rules. Collects errors in individual rules; a malformed term ends the reading. Not thread-safe. */
final class AclReader {
    private static final String RULE_FORM =
            "{allow|deny, Who, publish|subscribe|pubsub, [Topics]} or {allow|deny, all}";
    private static final String WHO_FORM =
            "all, {client, \"id\"}, {user, \"name\"}, {ipaddr, \"10.0.0.0/8\"}, {'and', [...]} or {'or', [...]}";

    private final String name;
    private final List<AclRule> rules = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    private AclReader(String name) {
        this.name = name;
    }

    /**
     * Reads a complete file.
     *
     * @param name the file's name, for error messages
     * @param text the file's contents
     */
    static List<AclRule> read(String name, String text) throws InvalidFileException {
        return new AclReader(name).read(new TermReader(text));
    }

    private List<AclRule> read(TermReader terms) throws InvalidFileException {
        try {
            for (Term term = terms.read(); term != null; term = terms.read()) {
                add(term);
            }
        } catch (AclErrorException e) {
            note(e);
        }
        if (!errors.isEmpty()) {
            throw new InvalidFileException(errors);
        }
        return List.copyOf(rules);
    }

    private void add(Term term) {
        try {
            rules.add(rule(term));
        } catch (AclErrorException e) {
            note(e);
        }
    }

    private void note(AclErrorException e) {
        errors.add(name + ":" + e.getMessage());
    }

    private static AclRule rule(Term term) throws AclErrorException {
        if (!(term instanceof Tuple tuple)
                || (tuple.elements().size() != 2 && tuple.elements().size() != 4)) {
            throw new AclErrorException(term.at(), "this is not a rule; expected " + RULE_FORM);
        }
        List<Term> parts = tuple.elements();
        boolean allow = allow(parts.get(0));
        if (parts.size() == 2) {
            if (!(parts.get(1) instanceof Atom atom && atom.name().equals("all"))) {
                throw new AclErrorException(
                        parts.get(1).at(), "a rule without action and topics is for all; expected " + RULE_FORM);
            }
            return new AclRule(allow, new Who.Everybody(), true, true, List.of());
        }
        String action = action(parts.get(2));
        return new AclRule(
                allow, who(parts.get(1)), !action.equals("subscribe"), !action.equals("publish"), topics(parts.get(3)));
    }

    private static boolean allow(Term term) throws AclErrorException {
        String word = term instanceof Atom atom ? atom.name() : "";
        return switch (word) {
            case "allow" -> true;
            case "deny" -> false;
            default ->
                throw new AclErrorException(term.at(), describe(term) + " is no permission; expected allow or deny");
        };
    }

    private static String action(Term term) throws AclErrorException {
        String word = term instanceof Atom atom ? atom.name() : "";
        return switch (word) {
            case "publish", "subscribe", "pubsub", "all" -> word;
            default ->
                throw new AclErrorException(
                        term.at(), describe(term) + " is no action; expected publish, subscribe or pubsub");
        };
    }

    private static Who who(Term term) throws AclErrorException {
        if (term instanceof Atom atom && atom.name().equals("all")) {
            return new Who.Everybody();
        }
        if (term instanceof Tuple tuple
                && tuple.elements().size() == 2
                && tuple.elements().get(0) instanceof Atom kind) {
            Term value = tuple.elements().get(1);
            return switch (kind.name()) {
                case "client", "clientid" -> isAll(value) ? new Who.Everybody() : new Who.Client(text(value));
                case "user", "username" -> isAll(value) ? new Who.Everybody() : new Who.User(text(value));
                case "ipaddr" -> new Who.Networks(List.of(network(value)));
                case "ipaddrs" -> new Who.Networks(networks(value));
                case "and" -> new Who.AllOf(parts(value));
                case "or" -> new Who.AnyOf(parts(value));
                default -> throw nobody(kind);
            };
        }
        throw nobody(term);
    }

    private static AclErrorException nobody(Term term) {
        return new AclErrorException(
                term.at(), describe(term) + " says not whom the rule is for; expected " + WHO_FORM);
    }

    private static List<Who> parts(Term term) throws AclErrorException {
        List<Who> parts = new ArrayList<>();
        for (Term part : list(term, "conditions")) {
            parts.add(who(part));
        }
        return List.copyOf(parts);
    }

    private static List<Cidr> networks(Term term) throws AclErrorException {
        List<Cidr> networks = new ArrayList<>();
        for (Term part : list(term, "networks")) {
            networks.add(network(part));
        }
        return List.copyOf(networks);
    }

    private static Cidr network(Term term) throws AclErrorException {
        try {
            return Cidr.parse(text(term));
        } catch (IllegalArgumentException e) {
            throw new AclErrorException(term.at(), String.valueOf(e.getMessage()));
        }
    }

    private static List<TopicPattern> topics(Term term) throws AclErrorException {
        List<TopicPattern> topics = new ArrayList<>();
        for (Term part : list(term, "topics")) {
            topics.add(topic(part));
        }
        return topics;
    }

    private static TopicPattern topic(Term term) throws AclErrorException {
        boolean exact = term instanceof Tuple tuple && tuple.is("eq", 2);
        Term value = exact ? ((Tuple) term).elements().get(1) : term;
        if (!(value instanceof Text text)) {
            throw new AclErrorException(
                    value.at(), describe(value) + " is no topic; expected \"a/filter/#\" or {eq, \"a/filter/#\"}");
        }
        if (text.value().startsWith("$share/") || text.value().startsWith("$queue/")) {
            throw new AclErrorException(
                    text.at(), "shared subscriptions are judged by the filter behind the group; expected it alone");
        }
        try {
            return exact ? TopicPattern.exact(text.value()) : TopicPattern.of(text.value());
        } catch (InvalidTopicException e) {
            throw new AclErrorException(text.at(), String.valueOf(e.getMessage()));
        }
    }

    private static List<Term> list(Term term, String what) throws AclErrorException {
        if (term instanceof Sequence sequence && !sequence.elements().isEmpty()) {
            return sequence.elements();
        }
        String found = term instanceof Sequence ? "the list is empty" : describe(term) + " is no list";
        throw new AclErrorException(term.at(), found + "; expected at least one of the " + what + " in brackets");
    }

    private static String text(Term term) throws AclErrorException {
        if (term instanceof Text text) {
            return text.value();
        }
        throw new AclErrorException(term.at(), describe(term) + " is no text; expected one in double quotes");
    }

    private static boolean isAll(Term term) {
        return term instanceof Atom atom && atom.name().equals("all");
    }

    private static String describe(Term term) {
        if (term instanceof Atom atom) {
            return "'" + atom.name() + "'";
        }
        if (term instanceof Text text) {
            return '"' + text.value() + '"';
        }
        return term instanceof Tuple ? "this tuple" : "this list";
    }
}
