// Stands for an entry in /etc/hosts: not every system resolves the names below `localhost` (RFC 6761 §6.3).
const dns = require('node:dns');

const { lookup } = dns;
dns.lookup = (name, options, callback) =>
  lookup(name.endsWith('.localhost') ? 'localhost' : name, options, callback);
