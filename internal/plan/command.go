package plan

import "strings"

// az writes an Azure CLI command on the member's cluster.
func (c *candidate) az(command string, args ...string) string {
	return azure(command, append(c.scope("--name"), args...))
}

// azPool writes an Azure CLI command on one of its node pools.
func (c *candidate) azPool(pool, command string, args ...string) string {
	return azure(command, append(append(c.scope("--cluster-name"), "--name", pool), args...))
}

func (c *candidate) scope(nameFlag string) []string {
	return []string{"--subscription", c.subscription, "--resource-group", c.resourceGroup, nameFlag, c.label()}
}

func azure(command string, args []string) string {
	var b strings.Builder
	b.WriteString("az ")
	b.WriteString(command)
	for _, arg := range args {
		b.WriteByte(' ')
		b.WriteString(quote(arg))
	}
	return b.String()
}

// quote makes an argument one word for a POSIX shell. People paste these commands, and names come from outside.
func quote(arg string) string {
	plain := arg != ""
	for _, c := range arg {
		safe := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./:=@%+,", c)
		plain = plain && safe
	}
	if plain {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
