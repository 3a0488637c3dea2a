"""People and programs by the headers they really send."""

from __future__ import annotations

import pytest

from vitalreel.tracking.agents import is_program

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"

PEOPLE = (
    f"{DESKTOP} Chrome/126.0.0.0 Safari/537.36",
    f"{DESKTOP} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
    # browsers inside apps
    f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.29.8962",
    f"Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) {ANDROID} [LinkedInApp]/4.1.939",
    f"Mozilla/5.0 (Linux; Android 13; SM-G991B) {ANDROID} Telegram-Android/10.14.5 (Samsung SM-G991B; Android 13; SDK 33; HIGH)",
    f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/467.0.0.42.107;FBBV/606085893;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1]",
    f"{IPHONE} Mobile/15E148 Instagram 334.0.4.32.98 (iPhone14,5; iOS 17_5_1; en_US; en; scale=3.00; 1170x2532; 606021034)",
    f"{DESKTOP} discord/1.0.9152 Chrome/124.0.6367.243 Electron/30.1.0 Safari/537.36",
    f"{DESKTOP} Slack/4.39.90 Chrome/126.0.6478.61 Electron/31.0.1 Safari/537.36",
    f"{DESKTOP} Teams/24151.2105.2945.7837 Chrome/118.0.5993.159 Electron/27.3.0 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 12; Pixel 6; wv) {ANDROID} WhatsApp/2.24.13.77",
    # phones whose maker's name, or model, holds a program's word
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; CUBOT_NOTE_20_PRO) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 10; KINGKONG 5 Pro Build/CUBOT; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.5060.71 Mobile",
    "Mozilla/5.0 (Linux; Android 8.1.0; ScanPal EDA60K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
)

PROGRAMS = (
    "", " ",
    # crawlers
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/126.0.0.0",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.1; +https://openai.com/gptbot",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mediapartners-Google",
    # link previews
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0 A",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.5060.134 Safari/537.36 BingPreview/1.0b",
    "Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
    # mail scanners and proxies
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Outlook-iOS/723.4027091.prod.iphone (4.28.0)",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (compatible; proofpoint url defense)",
    # watchmen and tools
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.6478.61 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
    "curl/8.5.0", "Wget/1.21.4", "python-requests/2.32.3", "Python/3.11 aiohttp/3.9.5", "python-httpx/0.27.0", "Go-http-client/2.0",
    "okhttp/4.12.0", "Java/17.0.11", "Apache-HttpClient/4.5.14 (Java/17.0.11)", "libwww-perl/6.72", "axios/1.7.2", "node-fetch/1.0",
    "PostmanRuntime/7.39.0",
)  # fmt: skip


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_people_in_whatever_app_and_on_whatever_phone(agent: str):
    """K9: their watching counts."""
    assert not is_program(agent)


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs_are_programs(agent: str):
    """K9: scanners, previews, crawlers, watchmen and tools are kept apart."""
    assert is_program(agent)
